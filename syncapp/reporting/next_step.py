"""What is left to do until everything runs, and why. Pure: facts in, steps out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    HUBSPOT = "hubspot"
    QUICKBOOKS = "quickbooks"
    JOINED = "joined"
    PRODUCTS = "products"
    CONTACTS = "contacts"
    INVOICES = "invoices"
    WORKER = "worker"
    FIRST_PASS = "first_pass"  # noqa: S105  not a secret


@dataclass(frozen=True, slots=True)
class Facts:
    """`has_products` and the like: that object is set up and on. The worker is one that was seen
    lately, not ever."""

    has_hubspot: bool = False
    has_quickbooks: bool = False
    is_joined: bool = False
    has_products: bool = False
    has_contacts: bool = False
    has_invoices: bool = False
    has_worker: bool = False
    has_passed: bool = False


@dataclass(frozen=True, slots=True)
class Todo:
    step: Step
    is_done: bool
    is_next: bool = False


def todos(facts: Facts) -> list[Todo]:
    """In the order in which they are done: invoices need products and contacts, and nobody passes
    without a worker."""
    done = _done(facts)
    following = next_step(facts)
    return [Todo(step, is_done, step is following) for step, is_done in done]


def next_step(facts: Facts) -> Step | None:
    """None once everything runs."""
    return next((step for step, is_done in _done(facts) if not is_done), None)


def _done(facts: Facts) -> Sequence[tuple[Step, bool]]:
    return (
        (Step.HUBSPOT, facts.has_hubspot),
        (Step.QUICKBOOKS, facts.has_quickbooks),
        (Step.JOINED, facts.is_joined),
        (Step.PRODUCTS, facts.has_products),
        (Step.CONTACTS, facts.has_contacts),
        (Step.INVOICES, facts.has_invoices),
        (Step.WORKER, facts.has_worker),
        (Step.FIRST_PASS, facts.has_passed),
    )
