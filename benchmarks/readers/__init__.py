"""Programs of others that only read, each in an environment of its own and run as a program."""
