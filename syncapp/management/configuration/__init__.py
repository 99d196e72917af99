"""The configuration file: read and judged whole (document), carried out (apply), written
(export)."""
