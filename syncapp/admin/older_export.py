"""Invoices left behind as older than the sync, in the columns of QuickBooks' own invoice import.
Facts about that import and their sources: docs/vendors/quickbooks-api.md, section 21."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from syncapp.admin.objects import chosen_integration
from syncapp.admin.record_cells import name_of
from syncapp.admin.scaffold import Guarded
from syncapp.admin.spreadsheets import MARK, STARTS_A_FORMULA, safe
from syncapp.errors import SyncAppError
from syncapp.models import Integration
from syncapp.pipeline.by_hand.older_invoices import OlderInvoice, left_behind, older_invoices

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
    """One download: its invoices from the `first` to the `last`."""

    url: str
    first: int
    last: int


def parts(integration: Integration) -> list[Part]:
    address = f"{reverse('admin:older_export')}?integration={integration.pk}&part="
    total = left_behind(integration).count()
    return [
        Part(f"{address}{number}", start + 1, min(start + AT_MOST, total))
        for number, start in enumerate(range(0, total, AT_MOST), 1)
    ]


class OlderExport(Guarded):
    """A CSV; a ZIP of several where QuickBooks would not take one, or not every invoice fits."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        integration = chosen_integration(request, list(Integration.objects.all()))
        if integration is None:
            raise Http404
        part = request.GET.get("part", "1")
        start = (int(part) - 1) * AT_MOST if part.isdecimal() and len(part) < 6 else 0
        links = list(left_behind(integration)[max(start, 0) : max(start, 0) + AT_MOST])
        try:
            found = older_invoices(integration, links)
        except SyncAppError as error:
            messages.error(request, error.message)
            query = f"integration={integration.pk}&object=invoice&reason=older"
            return redirect(f"{reverse('admin:records')}?{query}")
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
