"""Does HubSpot let us record payments? Accounts differ (hubspot-api.md 7.4), no reading tells, and
nothing is written into an account to find out: the first real payment does. One refusal is enough:
until one was taken they go one by one, after a refusal one a day, or when the sync is saved."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from django.db.models import QuerySet

from syncapp.engine.plan import Finding, Plan, State
from syncapp.engine.records import Entity, Side
from syncapp.engine.said import said
from syncapp.engine.writes import Done, Operation
from syncapp.models import Integration, RecordLink, SyncRule, WriteIntent
from syncapp.pipeline import accounts, worklist
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier
from syncapp.pipeline.sending import Sending

REFUSED = "hubspot_payments_refused"
_REST = timedelta(days=1)
_WRITE_SCOPE = "crm.objects.commercepayments.write"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Probe:
    verdict: Verdict
    sentence: str


def probe(integration: Integration) -> Probe:
    """For the go-live check: from what is known, without a write."""
    links = RecordLink.objects.filter(integration=integration, entity=Entity.PAYMENT)
    return judge(
        accounts.known(integration)[Side.HUBSPOT].scopes,
        was_refused=links.filter(category=REFUSED).exists(),
        was_taken=_taken(links.all()).exists(),
    )


def judge(scopes: Set[str], *, was_refused: bool, was_taken: bool) -> Probe:
    """`scopes` is empty where HubSpot did not say what it granted."""
    if scopes and _WRITE_SCOPE not in scopes:
        return Probe(
            Verdict.REFUSED,
            said(
                "HubSpot has not granted {write_scope}, so no payment can be recorded there."
                " Reconnect and grant it, or show payments as the balance only.",
                write_scope=_WRITE_SCOPE,
            ),
        )
    if was_refused:
        return Probe(
            Verdict.REFUSED,
            said(
                "HubSpot has refused to record a payment. Show payments as the balance only, or"
                " set up payments in HubSpot and save the invoice sync again."
            ),
        )
    if was_taken:
        return Probe(Verdict.ACCEPTED, said("HubSpot has recorded payments from QuickBooks."))
    return Probe(
        Verdict.UNKNOWN,
        said(
            "Whether HubSpot lets apps record payments in this account is unknown until the"
            " first payment: it cannot be read, and nothing is written to find out."
        ),
    )


def hold_back(work: Pass, dossiers: Iterable[Dossier]) -> None:
    """Of many new payments for HubSpot only as many go as may be refused."""
    makes = [one for one in dossiers if one.plan and _makes_payment(one.plan)]
    if not makes:
        return
    links = RecordLink.objects.filter(integration=work.integration, entity=Entity.PAYMENT)
    if not _refused(work.integration).exists():
        if not _taken(links).exists():
            _wait(makes[1:], Finding(State.WAITING, "first_payment"))
        return
    held = makes if _was_refused_lately(work) else makes[1:]
    _wait(held, Finding(State.FAILING, REFUSED, {"side": Side.HUBSPOT.product_name}))


def wake_refused(work: Pass, sendings: Iterable[Sending]) -> None:
    """One was taken after all: all others are tried again."""
    if any(
        isinstance(one.answer, Done) and one.write.side is Side.HUBSPOT for one in sendings
    ) and any(one.write.entity is Entity.PAYMENT for one in sendings):
        refused = _refused(work.integration)
        worklist.add(work.integration, [ref for link in refused for ref in Dossier(link).refs])


def _refused(integration: Integration) -> QuerySet[RecordLink]:
    """By the index of causes, which begins with the state."""
    return RecordLink.objects.filter(
        integration=integration, state=State.FAILING, category=REFUSED
    ).order_by()


def _was_refused_lately(work: Pass) -> bool:
    rule = SyncRule.objects.get(integration=work.integration, entity=Entity.INVOICE)
    return WriteIntent.objects.filter(
        integration=work.integration,
        side=Side.HUBSPOT,
        entity=Entity.PAYMENT,
        link__category=REFUSED,
        state=WriteIntent.State.REFUSED,
        answered_at__gt=max(rule.updated_at, work.now - _REST),
    ).exists()


def _makes_payment(plan: Plan) -> bool:
    return any(
        (one.side, one.entity, one.operation) == (Side.HUBSPOT, Entity.PAYMENT, Operation.CREATE)
        for one in plan.writes
    )


def _taken(links: QuerySet[RecordLink]) -> QuerySet[RecordLink]:
    return links.filter(origin=Side.QUICKBOOKS, hubspot_id__isnull=False)


def _wait(dossiers: Sequence[Dossier], finding: Finding) -> None:
    for dossier in dossiers:
        dossier.plan = replace(dossier.plan or Plan(), finding=finding, writes=(), fields=())
