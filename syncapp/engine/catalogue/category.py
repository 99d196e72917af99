"""What one row of the catalogue says about a reason: for the sentence, for pages, for the retry."""

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    HELD = "left as it is"
    NOT_SYNCED = "not synced"
    WAITING = "waiting"
    NEEDS_DECISION = "needs a decision"
    DELETED_THERE = "deleted there"
    CUSTOMER_LINK = "customer link"
    CUSTOMER_NAME = "customer name"
    ITEM_ACCOUNT = "item or account"
    NUMBER_CLASH = "number clash"
    PROTECTED_CHANGE = "protected change"
    AMOUNTS = "amounts"
    TAX = "tax"
    CURRENCY = "currency"
    CLOSED_PERIOD = "closed period"
    VERSION_CLASH = "version clash"
    CONNECTION = "connection or permission"
    LIMIT = "limit or outage"
    BAD_VALUE = "bad value"
    OURS = "a fault of ours"


class Who(StrEnum):
    """Who can put it right."""

    NOBODY = "nobody needs to"
    BOOKKEEPER = "the bookkeeper"
    SELLER = "the seller"
    ADMIN = "an administrator"


class Place(StrEnum):
    """Where it is put right."""

    HUBSPOT_RECORD = "the record in HubSpot"
    QUICKBOOKS_RECORD = "the record in QuickBooks"
    RECORD_THERE = "the record in the app that is named"
    DECISION = "the record's page in Ledgerline"
    RULE = "the options of the sync"
    CONNECTION = "the connection"
    COMPANY = "the settings of the QuickBooks company"
    NOWHERE = "nowhere"


class When(StrEnum):
    """When a record is tried again. Any change of it, or of its rule, is a reason always."""

    CHANGED = "when it is changed"
    PARENT_CHANGED = "when it, or a record it depends on, is changed"
    AT_ONCE = "at once"
    BACK_OFF = "by itself, with growing pauses"
    REGULARLY = "every ten minutes"
    HOURLY = "every hour, after a day once a day"
    PARKED = "by itself, with growing pauses, until it is parked"
    NEVER = "not before a person has decided or put it right"


@dataclass(frozen=True, slots=True)
class Retry:
    """`looks`: how often it is first read and decided again at once. `gives_up_as`: the category
    of a record that was tried in vain until it was parked."""

    when: When
    looks: int = 0
    gives_up_as: str = ""


CHANGED = Retry(When.CHANGED)
PARENT_CHANGED = Retry(When.PARENT_CHANGED)
AT_ONCE = Retry(When.AT_ONCE)
BACK_OFF = Retry(When.BACK_OFF)
REGULARLY = Retry(When.REGULARLY)
HOURLY = Retry(When.HOURLY)  # a setting of the account may heal it, and nobody tells us
NEVER = Retry(When.NEVER)
LOOK_ONCE = Retry(When.CHANGED, looks=1)
LOOK_ONCE_AT_A_PARENT = Retry(When.PARENT_CHANGED, looks=1)
NAMES = Retry(When.CHANGED, looks=12)  # each look tries the next name that will do


@dataclass(frozen=True, slots=True)
class Category:
    """`happened` and `remedy` are filled with the finding's facts; a fact called `remedy` stands in
    the row's stead. `heals_itself`: it goes on without anybody in Ledgerline, at the latest when
    the record is put right in HubSpot or QuickBooks."""

    title: str
    group: Group
    happened: str
    remedy: str
    why: str
    who: Who
    place: Place
    retry: Retry = CHANGED
    heals_itself: bool = True
