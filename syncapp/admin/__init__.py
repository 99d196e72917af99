"""The admin's pages. They show rows and call functions of the pipeline; no workflow lives here."""

from syncapp.admin import accounts, people, records, rules, runs

__all__ = ["accounts", "people", "records", "rules", "runs"]
