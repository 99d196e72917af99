"""The cells of a record as they stand in a row. Not a template: a page has hundreds of them, and
asking a template what kind each one is took a quarter of the time of the whole page."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.template.defaultfilters import floatformat
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from syncapp.admin.record_cells import Cell

Draw = Callable[[Cell, SafeString], SafeString]


def drawn(cells: Iterable[Cell], outside: SafeString) -> SafeString:
    """`outside`: the icon of a link that leaves the page."""
    # each of them is escaped
    return mark_safe("".join(_DRAWINGS[cell.kind](cell, outside) for cell in cells))  # noqa: S308


def _text(cell: Cell, _outside: SafeString) -> SafeString:
    return format_html('<td class="ll-cell-{}">{}</td>', cell.name, cell.value)


def _empty(cell: Cell, _outside: SafeString) -> SafeString:
    return format_html('<td class="ll-cell-{}"><span class="ll-sub">–</span></td>', cell.name)


def _app(cell: Cell, outside: SafeString) -> SafeString:
    return format_html(
        '<td class="ll-cell-{}"><a href="{}" target="_blank" rel="noopener noreferrer"'
        ' title="{}">{}{}</a></td>',
        *(cell.name, cell.url, cell.hint, cell.value, outside),
    )


def _state(cell: Cell, _outside: SafeString) -> SafeString:
    return format_html(
        '<td class="ll-cell-{}"><span class="ll-badge ll-is-{}">{}</span></td>',
        *(cell.name, cell.unit, cell.value),
    )


def _time(cell: Cell, outside: SafeString) -> SafeString:
    if not isinstance(cell.value, datetime):
        return _text(cell, outside)
    local = localtime(cell.value)
    return format_html(
        '<td class="ll-cell-{}"><time datetime="{}" title="{}">{}</time></td>',
        *(cell.name, local.isoformat(), localize(local), naturaltime(cell.value)),
    )


def _amount(cell: Cell, _outside: SafeString) -> SafeString:
    return format_html(
        '<td class="ll-cell-{} ll-number">{} <span class="ll-sub">{}</span></td>',
        *(cell.name, floatformat(cell.value, "2g"), cell.unit),
    )


_DRAWINGS: Mapping[str, Draw] = {
    "text": _text,
    "empty": _empty,
    "app": _app,
    "state": _state,
    "time": _time,
    "amount": _amount,
}
