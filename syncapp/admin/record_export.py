"""The records as shown, as a file: the same filters, order and columns, all pages."""

import csv
from collections.abc import Iterator, Sequence

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from syncapp.admin import columns
from syncapp.admin.objects import chosen_integration
from syncapp.admin.password_again import PasswordAgain
from syncapp.admin.record_cells import cells, name_of
from syncapp.admin.record_filters import RecordsAsked
from syncapp.admin.record_view import order_of
from syncapp.admin.spreadsheets import MARK, safe
from syncapp.models import Integration, RecordLink

CHUNK = 1000


class RecordExport(PasswordAgain):
    pressed_on = "records"
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        integrations = list(Integration.objects.all())
        integration = chosen_integration(request, integrations)
        if integration is None:
            raise Http404
        rows = RecordsAsked(request.GET, integration).all(order_of(request))
        chosen = columns.shown(request, "records")
        lines = _lines(rows.iterator(chunk_size=CHUNK), chosen, get_language())
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        day = timezone.localdate().isoformat()
        answer["Content-Disposition"] = f'attachment; filename="records-{day}.csv"'
        return answer


class _Line:
    """What csv writes to: it hands back what it is given."""

    def write(self, text: str) -> str:
        return text


def _lines(
    links: Iterator[RecordLink], shown: Sequence[str], language: str | None
) -> Iterator[str]:
    """Words in the reader's language, numbers and times as machines read them. The language is
    given: this is written when the request is over."""
    writer = csv.writer(_Line())
    amount = shown.index("amount") if "amount" in shown else None
    with override(language):
        headings = [str(columns.RECORDS[name]) for name in shown]
        if amount is not None:
            headings.insert(amount + 1, gettext("Currency"))
        first = [gettext("Record"), *headings]
    yield MARK + writer.writerow(first)
    for link in links:
        with override(language):
            values = [safe(cell.value) for cell in cells(link, shown)]
        if amount is not None:
            values.insert(amount + 1, safe(link.currency))
        yield writer.writerow([safe(name_of(link)), *values])
