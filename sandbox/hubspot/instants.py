"""Instants as HubSpot writes them: `2026-03-01T09:30:00.000Z`, which also sorts as text."""

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def iso_of_ms(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return iso(datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000))


def parse_iso(text: str) -> datetime:
    """A date alone is midnight UTC, and so is a time without a zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def ms_of(text: str) -> int:
    return round(parse_iso(text).timestamp() * 1000)
