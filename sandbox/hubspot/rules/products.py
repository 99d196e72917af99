"""Products: what a new one needs."""

from sandbox.hubspot.change import Change
from sandbox.hubspot.rules.plain import Rules, need

_LISTED = ("hs_sku", "hs_folder", "price", "name", "description")


class ProductRules(Rules):
    def before_create(self, change: Change) -> None:
        """hubspot-api.md 4: the guide lists five, its examples create with fewer; unverified."""
        need(change, *(_LISTED if change.portal.option("product_required") == "all" else ("name",)))
