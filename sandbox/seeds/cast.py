"""Which Chinook customers and tracks the example company keeps where, and how the two systems
have come to spell them differently over the years."""

import unicodedata
from collections.abc import Iterable

from sandbox.seeds.source import Customer, Track, customers, sales, track, tracks

SHARED = 35
ONLY_IN_BOOKS = 10
ONLY_IN_CRM = 10
CRM_PRODUCTS = 150
UNPRINTABLE_IN_NAMES = str.maketrans({":": " -", "\t": " ", "\n": " "})  # quickbooks-api.md 5
LONGEST_ITEM_NAME = 100


def _shuffled() -> list[Customer]:
    """The same order every time, but not that of the countries in the file."""
    return sorted(customers(), key=lambda customer: customer.id * 23 % 59)


def shared_customers() -> list[Customer]:
    return _shuffled()[:SHARED]


def customers_only_in_books() -> list[Customer]:
    return _shuffled()[SHARED:][:ONLY_IN_BOOKS]


def customers_only_in_crm() -> list[Customer]:
    return _shuffled()[SHARED + ONLY_IN_BOOKS :][:ONLY_IN_CRM]


def is_in_books(one: Track) -> bool:
    """The bookkeeper never entered about every eleventh track."""
    return one.id % 11 != 0


def book_tracks() -> list[Track]:
    return [one for one in tracks() if is_in_books(one)]


def crm_tracks() -> list[Track]:
    """Of what shared customers bought, so that their HubSpot invoices can name products."""
    wanted = {customer.id for customer in shared_customers()}
    bought = [number for sale in sales() if sale.customer_id in wanted for number in sale.track_ids]
    return [track(number) for number in dict.fromkeys(bought)][:CRM_PRODUCTS]


def item_names(of: Iterable[Track]) -> dict[int, str]:
    """Unique without regard to case, as QuickBooks wants them: the artist, then the album, then
    the number tells tracks of one name apart."""
    taken: set[str] = set()
    names: dict[int, str] = {}
    for one in of:
        candidates = (
            one.name,
            f"{one.name} ({one.artist})",
            f"{one.name} ({one.artist}, {one.album})",
            f"{one.name} ({one.sku})",
        )
        fitting = (_item_name(candidate) for candidate in candidates)
        name = next(name for name in fitting if name.casefold() not in taken)
        taken.add(name.casefold())
        names[one.id] = name
    return names


def _item_name(text: str) -> str:
    name = " ".join(text.translate(UNPRINTABLE_IN_NAMES).split())
    if len(name) <= LONGEST_ITEM_NAME:
        return name
    head, bracket, tail = name.rpartition(" (")
    if not bracket or len(tail) > LONGEST_ITEM_NAME // 2:
        return name[:LONGEST_ITEM_NAME].rstrip()
    return f"{head[: LONGEST_ITEM_NAME - len(tail) - 2].rstrip()} ({tail}"


def with_capitals(email: str) -> str:
    return email.title()


def digits_only(phone: str) -> str:
    return "+" + "".join(character for character in phone if character.isdigit())


def without_accents(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("ø", "o"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
