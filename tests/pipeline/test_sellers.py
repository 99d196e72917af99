"""What sellers read on the HubSpot invoice: right, once, never lost for good, and no change."""

from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.models import Integration, RecordLink
from syncapp.objects.options import LANGUAGES
from syncapp.pipeline import detached, sellers
from syncapp.pipeline.by_hand import resolve
from syncapp.pipeline.context import silent
from syncapp.pipeline.lease import leased
from syncapp.pipeline.rehearsal import rehearse
from syncapp.pipeline.runs import opened
from tests.pipeline.worlds import Trade
from tests.translating import compile_catalogue

STATE, MESSAGE, URL = "ledgerline_sync_state", "ledgerline_sync_message", "ledgerline_url"
UPDATE = r"/objects/[^/]+/invoices/batch/update"

pytestmark = pytest.mark.django_db(transaction=True)


def told(trade: Trade, invoice: str) -> tuple[str | None, str | None]:
    held = trade.hubspot("invoices")[invoice]
    return held.get(STATE), held.get(MESSAGE)


def link_of(trade: Trade, invoice: str) -> RecordLink:
    return trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)


def updates(trade: Trade) -> int:
    asked = trade.sandbox.requests()["by_endpoint"]
    return sum(n for name, n in asked.items() if name.endswith("/invoices/batch/update"))


def a_stranger(trade: Trade) -> str:
    """An invoice for somebody without an e-mail address: it fails."""
    nobody = trade.contact(firstname="Nobody")
    return trade.hubspot_invoice(contact=nobody)


def test_a_seller_reads_that_an_invoice_is_in_quickbooks_and_where(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice()

    trade.sync()

    copy = trade.one_invoice_in_quickbooks()
    assert told(trade, invoice) == ("In sync", "It is the same in QuickBooks.")
    assert trade.hubspot("invoices")[invoice][URL].endswith(f"txnId={copy['Id']}")
    trade.sync_quietly()


def test_a_seller_reads_why_an_invoice_fails_and_then_that_it_does_not(trade: Trade) -> None:
    trade.start()
    nobody = trade.contact(firstname="Nobody")
    invoice = trade.hubspot_invoice(contact=nobody)
    trade.sync()

    link = link_of(trade, invoice)
    assert link.state == "failing"
    assert told(trade, invoice) == ("Failing", link.sentence)
    assert trade.hubspot("invoices")[invoice].get(URL) in (None, "")
    trade.sync_quietly()

    trade.in_hubspot("contacts", "edit", nobody, properties={"email": "somebody@nordwind.test"})
    trade.sync()
    trade.sync()

    assert told(trade, invoice)[0] == "In sync"
    trade.sync_quietly()


def test_sellers_read_their_own_language_and_a_change_of_it_is_written_once(trade: Trade) -> None:
    compile_catalogue()
    trade.start()
    trade.rule(Entity.INVOICE, options={"seller_language": "nb"})
    fine, failing = trade.hubspot_invoice(), a_stranger(trade)
    theirs = trade.quickbooks_invoice()
    trade.sync()

    mirror = str(trade.link(Side.QUICKBOOKS, Entity.INVOICE, theirs).hubspot_id)
    for one in (fine, mirror):
        assert told(trade, one) == ("Synkronisert", "Den er lik i QuickBooks.")
    state, sentence = told(trade, failing)
    assert state == "Feiler"
    assert sentence.startswith("Kunden Nobody er ikke koblet. Den har ingen e-postadresse")
    assert link_of(trade, failing).sentence.startswith("Its customer Nobody")
    trade.sync_quietly()

    trade.rule(Entity.INVOICE, options={"seller_language": "en"})
    assert trade.sync().writes == 3

    assert {told(trade, one)[0] for one in (fine, mirror, failing)} == {"In sync", "Failing"}
    trade.sync_quietly()


def test_sellers_may_read_whatever_the_pages_are_read_in(settings: Any) -> None:
    assert {code for code, _ in LANGUAGES} == {code for code, _ in settings.LANGUAGES}
    assert LANGUAGES[0][0] == settings.LANGUAGE_CODE


def test_a_mirror_keeps_the_link_that_it_came_with(trade: Trade) -> None:
    trade.start()
    theirs = trade.quickbooks_invoice()
    trade.sync()

    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, theirs)
    mirror = trade.hubspot("invoices")[str(link.hubspot_id)]
    assert mirror[STATE] == "In sync"
    assert mirror[URL].endswith(f"txnId={theirs}")
    trade.sync_quietly()


def test_telling_wakes_no_invoice_and_is_nobodys_change(trade: Trade) -> None:
    trade.start()
    fine, failing = trade.hubspot_invoice(), a_stranger(trade)
    trade.rule(Entity.INVOICE, options={"tell_sellers": False})
    trade.sync()
    trade.sandbox.advance(600)  # what was made a moment ago is read twice
    trade.sync_quietly()
    seen = {one: link_of(trade, one).seen_at for one in (fine, failing)}
    rule = trade.integration.rules.get(entity=Entity.INVOICE)
    rule.options["tell_sellers"] = True
    rule.save()
    RecordLink.objects.filter(entity=Entity.INVOICE).update(is_untold=True)

    assert trade.sync().writes == 2

    assert {told(trade, one)[0] for one in seen} == {"In sync", "Failing"}
    trade.sync_quietly()
    trade.sync_quietly()
    assert {one: link_of(trade, one).seen_at for one in seen} == seen


def test_an_old_invoice_does_not_come_in_because_it_was_told_something(trade: Trade) -> None:
    trade.rule(Entity.CONTACT)
    trade.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    trade.sync()
    old = trade.hubspot_invoice()
    trade.sandbox.advance(3600)
    trade.start()

    trade.sync()

    link = link_of(trade, old)
    assert (link.state, told(trade, old)) == ("excluded", (None, None))

    RecordLink.objects.filter(pk=link.pk).update(is_untold=True, told="something")
    only_tell(trade)
    assert told(trade, old)[0] == "Excluded"
    trade.rule(Entity.INVOICE)  # looks at every record again
    trade.sync()

    assert link_of(trade, old).state == "excluded"
    assert trade.quickbooks("Invoice") == {}


def test_an_edit_in_the_moment_of_telling_is_not_lost(trade: Trade) -> None:
    """Somebody changes the invoice after it was decided, before its note is written."""
    trade.start()
    invoice = trade.hubspot_invoice()
    trade.sync()
    link = link_of(trade, invoice)
    RecordLink.objects.filter(pk=link.pk).update(is_untold=True, told="something else")
    trade.in_hubspot("invoices", "edit", invoice, properties={STATE: "?", "hs_comments": "Soon"})
    only_tell(trade)
    assert told(trade, invoice)[0] == "In sync"
    trade.sync()

    assert trade.one_invoice_in_quickbooks()["CustomerMemo"] == {"value": "Soon"}
    trade.sync_quietly()


def test_a_note_whose_answer_is_lost_is_found_written(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice()
    trade.sandbox.fault("drop_after_commit", vendor="hubspot", method="POST", path=UPDATE, times=1)
    trade.sync()
    assert told(trade, invoice)[0] == "In sync"
    assert link_of(trade, invoice).is_untold

    trade.sandbox.forget_requests()
    trade.sync_quietly()

    assert not link_of(trade, invoice).is_untold
    assert updates(trade) == 0
    assert len(trade.quickbooks("Invoice")) == 1


def test_a_note_that_was_not_sent_is_written_by_the_next_pass(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice()
    trade.sandbox.fault("drop_before_commit", vendor="hubspot", method="POST", path=UPDATE, times=1)
    trade.sync()
    assert told(trade, invoice) == (None, None)

    trade.sync()

    assert told(trade, invoice)[0] == "In sync"
    trade.sync_quietly()


def test_a_note_that_hubspot_refuses_is_not_tried_again_and_stops_nothing(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice()
    refusal = {"status": "error", "message": "no", "category": "VALIDATION_ERROR"}
    trade.sandbox.fault(
        "status", vendor="hubspot", method="POST", path=UPDATE, status=400, body=refusal, times=1
    )
    trade.sync()

    assert link_of(trade, invoice).state == "in_sync"
    trade.sandbox.forget_requests()
    trade.sync_quietly()
    assert updates(trade) == 0


def test_many_notes_go_in_one_call(trade: Trade) -> None:
    trade.start()
    invoices = [trade.hubspot_invoice() for _ in range(7)]
    trade.sandbox.forget_requests()

    trade.sync()

    assert updates(trade) == 1
    assert {told(trade, one)[0] for one in invoices} == {"In sync"}


def test_nobody_is_told_where_the_option_is_off(trade: Trade) -> None:
    trade.start()
    trade.rule(Entity.INVOICE, options={"tell_sellers": False})
    invoice = trade.hubspot_invoice()
    trade.sync()
    assert told(trade, invoice) == (None, None)

    trade.rule(Entity.INVOICE, options={"tell_sellers": True})
    trade.sync()

    assert told(trade, invoice)[0] == "In sync"


def test_a_rehearsal_tells_nobody(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice()
    trade.sandbox.forget_requests()

    rehearse(Integration.objects.get(pk=trade.integration.pk))

    assert trade.sandbox.requests()["writes"] == 0
    assert told(trade, invoice) == (None, None)


def test_a_seller_reads_that_an_invoice_was_let_go(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice()
    trade.sync()

    detached.detach(link_of(trade, invoice))
    trade.sync()

    assert told(trade, invoice) == ("Excluded", link_of(trade, invoice).sentence)
    trade.sync_quietly()


def test_a_new_copy_is_the_one_that_the_link_leads_to(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice()
    trade.sync()
    first = trade.one_invoice_in_quickbooks()["Id"]
    trade.in_quickbooks("Invoice", "delete", first)
    trade.sync()
    assert told(trade, invoice)[0] == "Needs decision"

    resolve.send_again(link_of(trade, invoice))
    trade.sync()

    second = trade.one_invoice_in_quickbooks()["Id"]
    assert second != first
    assert trade.hubspot("invoices")[invoice][URL].endswith(f"txnId={second}")
    assert told(trade, invoice)[0] == "In sync"
    trade.sync_quietly()


def only_tell(trade: Trade) -> None:
    """The last step of a pass alone."""
    integration = Integration.objects.get(pk=trade.integration.pk)
    with leased(integration) as held, opened(integration, held, "command", silent) as work:
        sellers.tell(work)
