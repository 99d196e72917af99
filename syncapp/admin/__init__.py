"""The admin's pages. They show rows and call functions of the pipeline; no workflow lives here."""

from syncapp.admin import accounts, drafts, people, records, rules, runs

__all__ = ["accounts", "drafts", "people", "records", "rules", "runs"]
