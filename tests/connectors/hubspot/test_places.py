from datetime import UTC, datetime, timedelta

from syncapp.connectors.hubspot.places import Place, parse

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_place_survives_the_way_through_the_database() -> None:
    place = Place(
        after="120",
        started=NOON,
        at=NOON + timedelta(milliseconds=1),
        seen=("7", "9"),
        tie="12",
        began=NOON,
        archived=NOON,
        swept=NOON,
        lines=NOON,
    )
    assert parse(place.text()) == place


def test_the_beginning_takes_no_words() -> None:
    assert Place().text() == ""
    assert parse("") == Place()
