"""Causes that a choice in the sync's options removes: the choice is offered beside the cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from syncapp.admin.scaffold import SitePage
from syncapp.engine.records import Entity, Side
from syncapp.models import Integration
from syncapp.objects.options import OPTIONS, Option, OptionKind
from syncapp.setup.account_fields import accounts_of, forget
from syncapp.told import told


@dataclass(frozen=True, slots=True)
class Fix:
    """`value`: what a flag or a choice becomes; empty where a person picks one. `also`: options
    that become the same."""

    entity: Entity
    option: str
    value: str = ""
    also: tuple[str, ...] = ()

    @property
    def described(self) -> Option:
        return next(one for one in OPTIONS[self.entity] if one.name == self.option)

    @property
    def words(self) -> str:
        """What is chosen, where it is one of a few."""
        return dict(self.described.choices).get(self.value, "")

    def is_so(self, options: Mapping[str, Any]) -> bool:
        """Nothing is left to choose: the cause is another one."""
        return bool(self.value) and all(
            str(options.get(name, self._at_first)) == self.value for name in self.names
        )

    @property
    def names(self) -> tuple[str, ...]:
        return (self.option, *self.also)

    @property
    def _at_first(self) -> str:
        choices = self.described.choices
        return choices[0][0] if choices else str(self.described.is_on_at_first)


_FIXES: Mapping[str, Fix] = {
    "item_account": Fix(Entity.INVOICE, "income_account"),
    "account_refused": Fix(Entity.INVOICE, "income_account"),
    "order_fee": Fix(Entity.INVOICE, "fee_item"),
    "order_tax": Fix(Entity.INVOICE, "tax_item"),
    "service_date": Fix(Entity.INVOICE, "invoice_date_as_service_date", "True"),
    "hubspot_payments_refused": Fix(
        Entity.INVOICE, "hubspot_payments", "properties", ("hubspot_mirror_payments",)
    ),
    "customer_name": Fix(Entity.CONTACT, "display_name_clash", "suffix"),
}


def fix_for(category: str) -> Fix | None:
    return _FIXES.get(category)


def fixes_for(integration: Integration) -> Mapping[str, Fix]:
    """By category: those whose rule is set up and says otherwise so far."""
    options = {Entity(rule.entity): rule.options for rule in integration.rules.all()}
    return {
        category: fix
        for category, fix in _FIXES.items()
        if fix.entity in options and not fix.is_so(options[fix.entity])
    }


class Choices(SitePage):
    """What a person may pick from, asked of QuickBooks after the page is there."""

    template_name = "ledgerline/desk/choices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fix = next((one for one in _FIXES.values() if one.option == kwargs["option"]), None)
        if fix is None or fix.value:
            raise Http404
        rows = Integration.objects.select_related("hubspot", "quickbooks")
        integration = get_object_or_404(rows, pk=kwargs["pk"])
        rule = integration.rules.filter(entity=fix.entity).first()
        if self.request.GET.get("again"):
            forget(integration)
        books = accounts_of(integration)[Side.QUICKBOOKS]
        is_item = fix.described.kind is OptionKind.ITEM
        choices = books.items() if is_item else books.accounts_for(fix.option)
        return {
            "integration": integration,
            "option": fix.option,
            "label": fix.described.label,
            "choices": choices,
            "trouble": "" if choices or not books.trouble else told(books.trouble.message),
            "chosen": str(rule.options.get(fix.option, "")) if rule else "",
        }
