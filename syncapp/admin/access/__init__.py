"""Who comes in, how, and what they may: second factor, sessions, people, who changed what."""
