"""Property values: HubSpot's texts on one side, typed values on the other. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from syncapp.connectors.hubspot.objects import Kind
from syncapp.engine.records import Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def decode(kind: Kind, text: str | None, zone: ZoneInfo) -> Value:
    """Blank is None whatever the kind. A text that is not of its kind comes back as it is, for a
    person to see: HubSpot does not check values of every origin."""
    if text is None or not text.strip():
        return None
    try:
        return _decoded(kind, text, zone)
    except (ValueError, InvalidOperation, OverflowError):
        return text


def _decoded(kind: Kind, text: str, zone: ZoneInfo) -> Value:
    match kind:
        case Kind.NUMBER:
            number = Decimal(text.strip())
            return number if number.is_finite() else text
        case Kind.BOOL:
            return text.strip().lower() == "true"
        case Kind.DATE:
            return instant(text).date()
        case Kind.DATETIME:
            return instant(text)
        case Kind.DAY:
            return instant(text).astimezone(zone).date()
        case Kind.TEXT | Kind.CHOICE:
            return text


def encode(kind: Kind, value: Value, zone: ZoneInfo) -> str:
    """An empty text clears a property: hubspot-api.md 4 [PROPS]."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return iso(value)
        case date() if kind in (Kind.DAY, Kind.DATETIME):
            # noon there, so that no viewer's zone moves the day: hubspot-api.md 13
            return iso(datetime.combine(value, time(12), zone))
        case date():
            return value.isoformat()
        case str():
            return value
    raise TypeError(f"{type(value).__name__} is no property value")


def instant(text: str) -> datetime:
    """ISO 8601 or milliseconds since 1970, HubSpot uses both: hubspot-api.md 9 [PROPS]."""
    text = text.strip()
    if text.lstrip("-").isdecimal():
        return _EPOCH + timedelta(milliseconds=int(text))
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def maybe_instant(text: str | None) -> datetime | None:
    return instant(text) if text else None
