"""Companies: a name or a domain, and what the account makes of a second equal domain."""

from sandbox.hubspot.change import Change
from sandbox.hubspot.errors import conflict
from sandbox.hubspot.rules.plain import Rules, need


class CompanyRules(Rules):
    def before_create(self, change: Change) -> None:
        """hubspot-api.md 4: one of domain and name."""
        if not change.values.get("domain"):
            need(change, "name")
        self._check_domain(change)

    def before_update(self, change: Change) -> None:
        if change.alters("domain"):
            self._check_domain(change)

    def _check_domain(self, change: Change) -> None:
        """hubspot-api.md 5.2: that duplicates are not rejected is unverified."""
        domain = change.values.get("domain")
        if not domain or change.portal.option("company_duplicate_domains") == "allowed":
            return
        for record in change.portal.records("companies").values():
            if record["properties"].get("domain") == domain and not record["archived"]:
                raise conflict(f"Company already exists. Existing ID: {record['id']}")
