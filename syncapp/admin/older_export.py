"""Invoices left behind as older than the sync, in the columns of QuickBooks' own invoice import.
Facts about that import and their sources: docs/vendors/quickbooks-api.md, section 21."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from syncapp.admin.objects import chosen_integration
from syncapp.admin.password_again import PasswordAgain
from syncapp.admin.record_cells import name_of
from syncapp.admin.record_filters import RecordsAsked
from syncapp.admin.scaffold import SitePage
from syncapp.admin.spreadsheets import MARK, STARTS_A_FORMULA, safe
from syncapp.errors import SyncAppError
from syncapp.models import Integration, RecordLink
from syncapp.pipeline.by_hand.older_invoices import OLDER, OlderInvoice, left_behind, older_invoices
from syncapp.reporting.keyset import NEWEST

COLUMNS = (
    "*InvoiceNo", "*Customer", "*InvoiceDate", "*DueDate", "Terms", "Location", "Memo",
    "Item(Product/Service)", "ItemDescription", "ItemQuantity", "ItemRate", "*ItemAmount",
    "Service Date",
)  # fmt: skip
IMPORTED = "Imported from HubSpot"
AT_MOST = 1000  # invoices of one download: more would keep the browser waiting too long
_INVOICES_AT_ONCE = 100
_ROWS_AT_ONCE = 1000
_A_FORMULA = "A spreadsheet would calculate the name of its customer or of an item: {name}"


@dataclass(frozen=True, slots=True)
class Part:
    """One download: from the `first` of all invoices to the `last`, and how both are called."""

    number: int
    first: int
    last: int
    begins: str
    ends: str


class OlderInvoices(PasswordAgain, SitePage):
    """Chooses what is downloaded. The password is asked for before anybody has chosen."""

    http_method_names = ["get", "head", "options"]
    title = _("Older invoices")
    trail = ((_("Record view"), "records"),)
    template_name = "ledgerline/records/older.html"
    extra_context = {
        "lead": _("They were finalized before the sync began, and stay behind so that the books do"
                  " not get them twice.")
    }  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        integration = _asked_for(self.request)
        query = self.request.GET.copy()
        query["reason"] = OLDER
        found = parts(wanted(RecordsAsked(query, integration)))
        return super().get_context_data(
            integration=integration,
            query=query,
            parts=found,
            total=found[-1].last if found else 0,
            at_most=AT_MOST,
            **kwargs,
        )


def wanted(records: RecordsAsked) -> QuerySet[RecordLink]:
    """Those of them that stay behind."""
    return left_behind(records.all(NEWEST))


def parts(invoices: QuerySet[RecordLink]) -> list[Part]:
    ids = list(invoices.values_list("pk", flat=True))
    ends = [(ids[start], ids[start : start + AT_MOST][-1]) for start in range(0, len(ids), AT_MOST)]
    edges = RecordLink.objects.in_bulk({pk for both in ends for pk in both})
    return [
        Part(
            number + 1,
            number * AT_MOST + 1,
            min((number + 1) * AT_MOST, len(ids)),
            name_of(edges[first]),
            name_of(edges[last]),
        )
        for number, (first, last) in enumerate(ends)
    ]


def _asked_for(request: HttpRequest) -> Integration:
    integration = chosen_integration(request, list(Integration.objects.all()))
    if integration is None:
        raise Http404
    return integration


class OlderExport(PasswordAgain):
    """A CSV; a ZIP of several where QuickBooks would not take one, or not every invoice fits."""

    pressed_on = "older_invoices"
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        integration = _asked_for(request)
        part = request.GET.get("part", "1")
        start = max(0, int(part) - 1) * AT_MOST if part.isdecimal() and len(part) < 6 else 0
        invoices = wanted(RecordsAsked(request.GET, integration))[start : start + AT_MOST]
        try:
            found = older_invoices(integration, list(invoices))
        except SyncAppError as error:
            messages.error(request, error.message)
            return redirect(f"{reverse('admin:older_invoices')}?{request.GET.urlencode()}")
        return _answer(found)


def _answer(found: Sequence[OlderInvoice]) -> HttpResponse:
    judged = [(one, one.why or _unsafe(one)) for one in found]
    files = [_csv(COLUMNS, _rows(some)) for some in _parts([one for one, why in judged if not why])]
    left_out = [(name_of(one.link), one.link.hubspot_id, why) for one, why in judged if why]
    name = f"older-invoices-{timezone.localdate().isoformat()}"
    if len(files) == 1 and not left_out:
        return _download(files[0].encode(), "text/csv; charset=utf-8", f"{name}.csv")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(files, 1):
            archive.writestr(f"{name}-{number}.csv", text)
        if left_out:
            lines = [[safe(value) for value in line] for line in left_out]
            archive.writestr("left-out.csv", MARK + _csv(("Invoice", "HubSpot", "Why"), lines))
    return _download(packed.getvalue(), "application/zip", f"{name}.zip")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _parts(invoices: Sequence[OlderInvoice]) -> list[list[OlderInvoice]]:
    """No file is longer than the import takes, and no invoice is torn apart."""
    files: list[list[OlderInvoice]] = [[]]
    for one in invoices:
        rows = sum(len(other.lines) for other in files[-1])
        if files[-1] and (
            len(files[-1]) == _INVOICES_AT_ONCE or rows + len(one.lines) > _ROWS_AT_ONCE
        ):
            files.append([])
        files[-1].append(one)
    return files


def _unsafe(invoice: OlderInvoice) -> str:
    """A name with an apostrophe before it would be another customer's."""
    names = (invoice.customer, *(line.item for line in invoice.lines))
    wrong = next((one for one in names if one.startswith(STARTS_A_FORMULA)), None)
    return _A_FORMULA.format(name=wrong) if wrong else ""


def _rows(invoices: Iterable[OlderInvoice]) -> Iterator[list[str]]:
    for one in invoices:
        memo = f"{IMPORTED}, paid there" if one.is_paid else IMPORTED
        for line in one.lines:
            yield [
                safe(one.number), one.customer, _american(one.day), _american(one.due), "", "",
                memo, line.item, safe(line.description), _plain(line.quantity),
                _plain(line.rate), str(line.amount), "",
            ]  # fmt: skip


def _csv(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue()


def _american(day: date | None) -> str:
    """Invoices go to companies in the US only."""
    return f"{day:%m/%d/%Y}" if day else ""


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
