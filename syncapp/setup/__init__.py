"""Rules and connections as people make them: drafted, checked, rehearsed, saved, switched."""
