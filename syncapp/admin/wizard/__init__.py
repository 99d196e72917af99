"""The setup wizard: choose an object, configure, limit, review, save and start."""
