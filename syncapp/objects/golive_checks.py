"""The single checks of go-live: what of the accounts concerns which of the rules. Pure."""

from collections.abc import Callable, Mapping, Sequence

from syncapp.engine.filter_words import all_of
from syncapp.engine.records import Entity, Side
from syncapp.engine.said import said
from syncapp.objects.golive_facts import Facts, RuleWanted
from syncapp.objects.invoice_checks import HOME_COUNTRY

READ_ONLY = ("EXPIRED", "RESTRICTED", "SUSPENDED", "CANCELED")  # quickbooks-api.md 7
INCOME_TYPES = ("Income", "Other Income")
CLOSED_UNTIL = "AccountingInfoPrefs.BookCloseDate"
_RECOGNITION = (
    "ProductAndServicesPrefs.RevenueRecognitionEnabled",
    "ProductAndServicesPrefs.RevenueRecognition",
)
_PAYMENT_OPTIONS = ("hubspot_payments", "hubspot_mirror_payments")

Rules = Sequence[RuleWanted]
# entities concerned and what the words name; None: nothing to say
Found = tuple[tuple[Entity, ...], Mapping[str, str]] | None
Check = Callable[[Facts, Rules], Found]


def shows_balances_only(rule: RuleWanted) -> bool:
    """No payment is recorded in HubSpot then."""
    return all(rule.options.get(name) == "properties" for name in _PAYMENT_OPTIONS)


def _writing(rules: Rules, *entities: Entity) -> tuple[Entity, ...]:
    """Those that shall be written into the books."""
    return tuple(
        rule.entity
        for rule in rules
        if rule.writes_to(Side.QUICKBOOKS) and (not entities or rule.entity in entities)
    )


def _subscription(facts: Facts, rules: Rules) -> Found:
    status = facts.company.subscription
    if not status.upper().startswith(READ_ONLY):
        return None
    return tuple(rule.entity for rule in rules), {"status": status.lower()}


def _scopes(facts: Facts, rules: Rules) -> Found:
    missing = {
        rule.entity: scopes
        for rule in rules
        if (scopes := facts.portal.missing_scopes.get(rule.entity))
    }
    named = ", ".join(sorted({scope for scopes in missing.values() for scope in scopes}))
    return (tuple(missing), {"scopes": named}) if missing else None


def _country(facts: Facts, rules: Rules) -> Found:
    concerned = _writing(rules, Entity.INVOICE)
    country = facts.company.country
    return (concerned, {"country": country}) if concerned and country != HOME_COUNTRY else None


def _no_income_account(facts: Facts, rules: Rules) -> Found:  # noqa: ARG001
    concerned = tuple(
        rule.entity
        for rule in rules
        if rule.entity in (Entity.INVOICE, Entity.PRODUCT)
        and rule.writes_to(Side.QUICKBOOKS)
        and not rule.options.get("income_account")
    )
    return (concerned, {}) if concerned else None


def _income_account(facts: Facts, rules: Rules) -> Found:
    """The words name the first one that is wrong."""
    problems = {
        rule.entity: problem
        for rule in rules
        if _writing([rule], Entity.INVOICE, Entity.PRODUCT)
        and (problem := _problem(facts, rule.options.get("income_account")))
    }
    return (tuple(problems), next(iter(problems.values()))) if problems else None


def _problem(facts: Facts, chosen: object) -> Mapping[str, str] | None:
    if not chosen:
        return None
    account = facts.company.accounts.get(str(chosen))
    if account is None:
        return {
            "name": said("account {chosen}", chosen=chosen),
            "problem": said("does not exist"),
        }
    if not account.is_active:
        return {"name": account.name, "problem": said("is inactive")}
    if account.type not in INCOME_TYPES:
        return {
            "name": account.name,
            "problem": said("is of type {account_type}", account_type=account.type),
        }
    return None


def _revenue_recognition(facts: Facts, rules: Rules) -> Found:
    concerned = [
        rule.entity
        for rule in rules
        if _writing([rule], Entity.INVOICE)
        and str(rule.options.get("invoice_date_as_service_date")) != "True"
    ]
    return (tuple(concerned), {}) if concerned and facts.company.is_on(*_RECOGNITION) else None


def _custom_numbers(facts: Facts, rules: Rules) -> Found:
    concerned = _writing(rules, Entity.INVOICE)
    is_on = facts.company.is_on("SalesFormsPrefs.CustomTxnNumbers")
    return (concerned, {}) if concerned and is_on else None


def _books_open(facts: Facts, rules: Rules) -> Found:
    concerned = _writing(rules, Entity.INVOICE)
    is_closed = bool(facts.company.preferences.get(CLOSED_UNTIL))
    return (concerned, {}) if concerned and not is_closed else None


def _multicurrency(facts: Facts, rules: Rules) -> Found:
    concerned = _writing(rules, Entity.INVOICE)
    is_on = facts.company.is_on("CurrencyPrefs.MultiCurrencyEnabled")
    return (concerned, {"home": facts.company.currency}) if concerned and is_on else None


def _home_currency(facts: Facts, rules: Rules) -> Found:
    concerned = tuple(rule.entity for rule in rules if rule.entity is Entity.INVOICE)
    home, known = facts.company.currency, facts.portal.currencies
    is_unknown = bool(home and known) and home not in known
    return (concerned, {"home": home}) if concerned and is_unknown else None


def _switched_off(name: str) -> Check:
    """A setting of the sales forms that outbound invoices may need."""

    def check(facts: Facts, rules: Rules) -> Found:
        concerned = _writing(rules, Entity.INVOICE)
        is_off = facts.company.preferences.get(name, "").casefold() == "false"
        return (concerned, {}) if concerned and is_off else None

    return check


def _items_without_sku(facts: Facts, rules: Rules) -> Found:
    return _counted(facts.company.items_without_sku, _without(rules, Entity.PRODUCT, "without_sku"))


def _customers_without_email(facts: Facts, rules: Rules) -> Found:
    concerned = _without(rules, Entity.CONTACT, "without_email")
    return _counted(facts.company.customers_without_email, concerned)


def _without(rules: Rules, entity: Entity, option: str) -> tuple[Entity, ...]:
    return tuple(
        rule.entity
        for rule in rules
        if rule.entity is entity and str(rule.options.get(option)) != "True"
    )


def _counted(count: int | None, concerned: tuple[Entity, ...]) -> Found:
    return (concerned, {"count": str(count)}) if count and concerned else None


def _other_sync(facts: Facts, rules: Rules) -> Found:
    count = facts.portal.foreign_invoices
    concerned = tuple(rule.entity for rule in rules if rule.entity is Entity.INVOICE)
    return (concerned, {"count": str(count)}) if count and concerned else None


def _doubled(facts: Facts, rules: Rules) -> Found:
    concerned = tuple(rule.entity for rule in rules if rule.entity is Entity.INVOICE)
    numbers = ", ".join(facts.company.doubled)
    return (concerned, {"numbers": numbers}) if numbers and concerned else None


def _expiring(facts: Facts, rules: Rules) -> Found:
    if not facts.expiring:
        return None
    date = min(facts.expiring.values()).date().isoformat()
    names = all_of(f"“{name}”" for name in facts.expiring)
    return tuple(rule.entity for rule in rules), {"connections": names, "date": date}


def _sandbox_company(facts: Facts, rules: Rules) -> Found:
    return (tuple(rule.entity for rule in rules), {}) if facts.company.is_sandbox else None


def _api_payments(verdict: str) -> Check:
    def check(facts: Facts, rules: Rules) -> Found:
        concerned = tuple(
            rule.entity
            for rule in rules
            if _writing([rule], Entity.INVOICE) and not shows_balances_only(rule)
        )
        is_found = facts.portal.api_payments == verdict
        return (
            (concerned, {"why": facts.portal.api_payments_why}) if concerned and is_found else None
        )

    return check


CHECKS: Mapping[str, Check] = {
    "subscription": _subscription,
    "scopes": _scopes,
    "country": _country,
    "no_income_account": _no_income_account,
    "income_account": _income_account,
    "revenue_recognition": _revenue_recognition,
    "other_sync": _other_sync,
    "doubled_invoices": _doubled,
    "expiring": _expiring,
    "custom_numbers": _custom_numbers,
    "books_open": _books_open,
    "multicurrency": _multicurrency,
    "home_currency": _home_currency,
    "discounts_off": _switched_off("SalesFormsPrefs.AllowDiscount"),
    "service_dates_off": _switched_off("SalesFormsPrefs.AllowServiceDate"),
    "items_without_sku": _items_without_sku,
    "customers_without_email": _customers_without_email,
    "api_payments": _api_payments("refused"),
    "api_payments_unknown": _api_payments("unknown"),
    "sandbox_company": _sandbox_company,
}

WORTH_SAYING: Mapping[str, Callable[[Facts, Rules], bool]] = {
    "subscription": lambda facts, rules: bool(facts.company.subscription),  # noqa: ARG005
    "scopes": lambda facts, rules: bool(rules),  # noqa: ARG005
    "no_income_account": lambda facts, rules: (
        bool(_writing(rules, Entity.INVOICE)) and _income_account(facts, rules) is None
    ),
    "custom_numbers": lambda facts, rules: bool(_writing(rules, Entity.INVOICE)),  # noqa: ARG005
    "books_open": lambda facts, rules: bool(_writing(rules, Entity.INVOICE)),  # noqa: ARG005
    "items_without_sku": lambda facts, rules: facts.company.items_without_sku == 0,  # noqa: ARG005
    "customers_without_email": lambda facts, rules: (  # noqa: ARG005
        facts.company.customers_without_email == 0
    ),
    "api_payments": lambda facts, rules: (
        bool(_writing(rules, Entity.INVOICE)) and facts.portal.api_payments == "accepted"
    ),
}
