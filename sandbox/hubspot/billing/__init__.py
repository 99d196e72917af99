"""How amounts come about: of a line, of an invoice, and what payments do to it."""
