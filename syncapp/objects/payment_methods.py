"""Ways of paying: HubSpot has a fixed list, a QuickBooks company names its own."""

import re

# hubspot-api.md 5.6, and what a new QuickBooks company calls it. HubSpot's "other" says nothing.
_NAMES = {
    "card": "Credit Card",
    "check": "Check",
    "cash": "Cash",
    "ach": "ACH",
    "wire_transfer": "Wire transfer",
    "sepa": "SEPA",
    "bacs": "Bacs",
    "pads": "Pre-authorized debit",
}
# Words in a name that a book-keeper made up; the first that fits decides.
_WORDS = (
    (("check", "cheque"), "check"),
    (("sepa",), "sepa"),
    (("bacs",), "bacs"),
    (("pre-auth", "preauth"), "pads"),
    (("ach", "direct debit", "eft"), "ach"),
    (("wire", "bank transfer"), "wire_transfer"),
    (("card", "visa", "mastercard", "amex", "american express", "discover"), "card"),
    (("cash",), "cash"),
)


def in_quickbooks(method: str) -> str | None:
    return _NAMES.get(method)


def in_hubspot(name: str) -> str:
    """The closest one: "Visa" is a card, "E-Check" a check, "Barter" other."""
    folded = name.casefold()
    exact = next((method for method, known in _NAMES.items() if known.casefold() == folded), None)
    return exact or next((method for words, method in _WORDS if _has_one(folded, words)), "other")


def _has_one(name: str, words: tuple[str, ...]) -> bool:
    """At the beginning of a word: "ach" is not in "coach"."""
    return any(re.search(rf"\b{re.escape(word)}", name) for word in words)
