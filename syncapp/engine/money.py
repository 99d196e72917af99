"""Amounts: exact, with as many decimals as the currency has."""

from decimal import ROUND_HALF_UP, Decimal

from syncapp.engine.said import said

# ISO 4217 currencies whose minor unit is not a hundredth
_DIGITS = {
    **dict.fromkeys(
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
         "VND", "VUV", "XAF", "XOF", "XPF"], 0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}  # fmt: skip


def cents(amount: Decimal, currency: str = "USD") -> Decimal:
    """Rounded half up to the currency's smallest unit, as both vendors round a line."""
    return amount.quantize(Decimal(1).scaleb(-_DIGITS.get(currency.upper(), 2)), ROUND_HALF_UP)


def show(amount: Decimal | None, currency: str = "") -> str:
    """For sentences: "1,250.00 USD"."""
    if amount is None:
        return said("nothing")
    return f"{cents(amount, currency or 'USD'):,} {currency}".strip()
