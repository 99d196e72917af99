"""The fewest calls that each piece of work can take: what batches hold, and what safety asks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """A trade of `invoices`, each with three lines."""

    invoices: int

    @property
    def contacts(self) -> int:
        return max(1, self.invoices // 4)

    @property
    def products(self) -> int:
        return 50

    @property
    def payments(self) -> int:
        return self.invoices * 4 // 10

    @property
    def records(self) -> int:
        return self.contacts + self.products + self.invoices + self.payments


def pages(records: int, page: int) -> int:
    return -(-records // page)


def load_to_quickbooks(size: Size) -> int:
    """Lists with lines, the note to sellers, the look-ups of markers and keys, batches of 30."""
    kinds = size.contacts, size.products, size.invoices, 3 * size.invoices, size.payments
    reads = sum(pages(records, 100) for records in kinds)
    return reads + pages(size.invoices, 100) + 2 + pages(size.records, 30)


def load_to_hubspot(size: Size) -> int:
    kinds = size.invoices, size.payments, size.contacts, size.products
    return sum(pages(records, 1000) for records in kinds) + _asked_of_hubspot(size)


def _asked_of_hubspot(size: Size) -> int:
    lists = size.contacts, size.products, 3 * size.invoices, size.payments
    return 1 + sum(pages(one, 100) for one in lists) + 2 * pages(size.invoices, 100)


IDLE = 5


def changes_to_quickbooks(changed: int) -> int:
    """Of the invoices of one side, found by search."""
    more = max(0, pages(changed, 200) - 1) + 2 * pages(changed, 1000)
    return IDLE + more + pages(3 * changed, 100) + pages(changed, 30) + pages(changed, 100)


def changes_to_hubspot(changed: int) -> int:
    full = pages(changed, 1000) if changed >= 1000 else 0
    return IDLE + pages(3 * changed, 100) + 2 * pages(changed, 100) + full


def payments_to_quickbooks(paid: int) -> int:
    return IDLE + pages(paid, 100) + pages(paid, 30)


def payments_to_hubspot(paid: int) -> int:
    return IDLE + pages(paid, 1000) + pages(paid, 100)


def right_after_a_load(loaded: int) -> int:
    """Our own echo is seen once more, and nothing of it is read."""
    return IDLE + pages(loaded, 200) + pages(loaded, 1000)


def creates_look_ups(creates: int) -> int:
    """One look-up of our markers for every 600 records made in QuickBooks."""
    return pages(creates, 600)


def windows(calls: int, allowed: int, seconds: float) -> float:
    """The least time in which a sliding window lets this many calls through."""
    return seconds * ((calls - 1) // allowed) if calls else 0.0


def mixed_floor(size: Size) -> float:
    """Seconds, with 460 records a minute alone beside the batches."""
    return windows(size.records, 40 * 30 + 460, 60.0)


def hubspot_floor(size: Size) -> float:
    """Seconds: HubSpot takes 110 calls in ten seconds, of whatever size."""
    return windows(_asked_of_hubspot(size), 110, 10.0)


def batch_floor(size: Size) -> float:
    """Seconds: QuickBooks takes 40 batches of 30 a minute."""
    return windows(pages(size.records, 30), 40, 60.0)
