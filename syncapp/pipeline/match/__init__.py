"""Which unlinked record is which: nothing is made anew before its partner was looked for."""
