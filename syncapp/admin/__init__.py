"""The admin's pages. They show rows and call functions of the pipeline; no workflow lives here."""

from syncapp.admin import accounts, records, rules, runs

__all__ = ["accounts", "records", "rules", "runs"]
