"""What a person asks for about single records, between the passes."""
