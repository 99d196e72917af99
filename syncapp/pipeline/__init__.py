"""Does things in order and remembers. Read process.py first."""
