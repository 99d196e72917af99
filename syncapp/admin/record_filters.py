"""The filters above the record view."""

from datetime import date, datetime, time
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from syncapp.admin.words import OBJECTS, STATES
from syncapp.engine.catalogue import CATEGORIES
from syncapp.engine.records import Side
from syncapp.models import Integration, RecordLink
from syncapp.reporting.finding import Asked, Found, Wanted, all_of, find, has_text
from syncapp.reporting.keyset import KeysetPage

INSIDE = "inside"  # names may hold the text anywhere, not only begin with it
_SIDES = [
    ("both", _("Linked on both sides")),
    *((side.value, _("Only in %(app)s") % {"app": side.product_name}) for side in Side),
]


def _reasons() -> list[tuple[str, str]]:
    """In the order of the reader's alphabet, as far as code points go."""
    named = ((name, gettext(row.title)) for name, row in CATEGORIES.items())
    return sorted(named, key=lambda one: one[1].casefold())


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    q = django_filters.CharFilter(
        method="search",
        label=_("Search"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, number or id"), "data-search": ""}
        ),
    )
    object = django_filters.ChoiceFilter(
        field_name="entity",
        label=_("Object"),
        choices=list(OBJECTS.items()),
        empty_label=_("All objects"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=list(STATES.items()), empty_label=_("Any state")
    )
    reason = django_filters.ChoiceFilter(
        field_name="category", label=_("Reason"), choices=_reasons, empty_label=_("Any reason")
    )
    side = django_filters.ChoiceFilter(
        method="on_side", label=_("Where"), choices=_SIDES, empty_label=_("Anywhere")
    )
    least = django_filters.NumberFilter(
        field_name="amount", lookup_expr="gte", label=_("Amount from")
    )
    most = django_filters.NumberFilter(field_name="amount", lookup_expr="lte", label=_("Amount to"))
    since = django_filters.DateFilter(
        method="changed_since",
        label=_("In this state since"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = RecordLink
        fields: list[str] = []

    def search(self, rows: QuerySet[RecordLink], _name: str, text: str) -> QuerySet[RecordLink]:
        return rows.filter(has_text(text))

    def changed_since(
        self, rows: QuerySet[RecordLink], _name: str, day: date
    ) -> QuerySet[RecordLink]:
        return rows.filter(state_since__gte=_beginning_of(day))

    def on_side(self, rows: QuerySet[RecordLink], _name: str, side: str) -> QuerySet[RecordLink]:
        missing = {
            "both": {"hubspot_id__isnull": False, "quickbooks_id__isnull": False},
            "hubspot": {"quickbooks_id__isnull": True},
            "quickbooks": {"hubspot_id__isnull": True},
        }
        conditions: dict[str, Any] = missing[side]
        return rows.filter(**conditions)


class RecordsAsked:
    """The filters as they were asked for. What is asked wrongly is said beside its field, and finds
    nothing rather than everything."""

    def __init__(self, asked: QueryDict, integration: Integration) -> None:
        self.integration = integration
        self._asked = asked
        self.filter = self._over(RecordLink.objects.filter(integration=integration))

    @property
    def form(self) -> Any:
        return self.filter.form

    @property
    def is_filtered(self) -> bool:
        return any(self._asked.get(name) for name in self.filter.filters)

    @property
    def wanted(self) -> Wanted:
        if not self.filter.is_valid():
            return Wanted()
        given = self.filter.form.cleaned_data
        day = given["since"]
        return Wanted(
            entity=given["object"] or "",
            state=given["state"] or "",
            category=given["reason"] or "",
            side=given["side"] or "",
            least=given["least"],
            most=given["most"],
            since=_beginning_of(day) if day else None,
            text=given["q"] or "",
            is_inside=self._asked.get(INSIDE) == "1",
        )

    def condition(self, rows: QuerySet[RecordLink]) -> QuerySet[RecordLink]:
        found: QuerySet[RecordLink] = self._over(rows).qs
        return found if self.filter.is_valid() else rows.none()

    def page(self, asked: Asked) -> Found:
        if not self.filter.is_valid():
            return Found(KeysetPage([], "", ""), 0)
        return find(self.integration, self.wanted, self.condition, asked)

    def all(self, order: str) -> QuerySet[RecordLink]:
        return all_of(self.integration, self.wanted, self.condition, order)

    def _over(self, rows: QuerySet[RecordLink]) -> Any:
        return RecordFilter(self._asked, queryset=rows)


def _beginning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
