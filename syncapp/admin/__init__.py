"""The admin's pages. They show rows and call functions of the pipeline; no workflow lives here."""

from syncapp.admin import accounts, drafts, people, records, rules, runs, told
from syncapp.admin.access import tables

__all__ = ["accounts", "drafts", "people", "records", "rules", "runs", "tables", "told"]
