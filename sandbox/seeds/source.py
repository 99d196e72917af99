"""The Chinook sales data as the example company uses it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "data" / "chinook"


@dataclass(frozen=True, slots=True)
class Customer:
    id: int
    first_name: str
    last_name: str
    company: str
    address: str
    city: str
    state: str
    country: str
    postal_code: str
    phone: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Track:
    id: int
    sku: str
    name: str
    artist: str
    album: str
    genre: str
    media_type: str
    price: Decimal

    @property
    def is_video(self) -> bool:
        return "video" in self.media_type

    @property
    def description(self) -> str:
        return f"{self.name}, by {self.artist}, from the album {self.album}"


@dataclass(frozen=True, slots=True)
class Sale:
    """What one customer bought at once."""

    id: int
    customer_id: int
    track_ids: tuple[int, ...]


@cache
def customers() -> tuple[Customer, ...]:
    return tuple(
        Customer(id=int(row.pop("customer_id")), **{k: v.strip() for k, v in row.items()})
        for row in _rows("customers")
    )


@cache
def tracks() -> tuple[Track, ...]:
    return tuple(
        Track(
            id=int(row["product_id"]),
            sku=row["sku"],
            name=row["name"],
            artist=row["artist"],
            album=row["album"],
            genre=row["genre"],
            media_type=row["media_type"],
            price=Decimal(row["unit_price"]),
        )
        for row in _rows("products")
    )


@cache
def _tracks_by_id() -> dict[int, Track]:
    return {one.id: one for one in tracks()}


def track(number: int) -> Track:
    return _tracks_by_id()[number]


@cache
def sales() -> tuple[Sale, ...]:
    track_ids: dict[str, list[int]] = {}
    for row in _rows("invoice_lines"):
        track_ids.setdefault(row["invoice_id"], []).append(int(row["product_id"]))
    return tuple(
        Sale(int(row["invoice_id"]), int(row["customer_id"]), tuple(track_ids[row["invoice_id"]]))
        for row in _rows("invoices")
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
