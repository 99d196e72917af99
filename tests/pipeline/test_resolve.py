"""What people decide, and what the next pass makes of it; over HTTP, judged by both worlds."""

import pytest

from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.errors import LeaseLost, NotPossible
from syncapp.models import RecordLink, SyncActivity
from syncapp.pipeline import decisions
from syncapp.pipeline.by_hand import resolve
from syncapp.pipeline.match import joining
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade, Worlds


def customer(worlds: Worlds, name: str, email: str = "ada@nordwind.test") -> str:
    return worlds.customer(DisplayName=name, PrimaryEmailAddr={"Address": email})


def of_contact(worlds: Worlds, id_: str) -> RecordLink:
    return worlds.link(Side.HUBSPOT, Entity.CONTACT, id_)


def of_customer(worlds: Worlds, id_: str) -> RecordLink:
    return worlds.link(Side.QUICKBOOKS, Entity.CONTACT, id_)


def in_quickbooks(id_: str) -> RecordRef:
    return RecordRef(Side.QUICKBOOKS, Entity.CONTACT, id_)


def in_doubt(worlds: Worlds) -> tuple[str, str, str]:
    """A contact with two customers to choose from."""
    one, other = customer(worlds, "Nordwind AS"), customer(worlds, "Nordwind Oslo")
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg", phone="555 0100")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    assert of_contact(worlds, contact).category == "ambiguous"
    return contact, one, other


def test_the_chosen_candidate_becomes_the_partner(worlds: Worlds) -> None:
    contact, one, other = in_doubt(worlds)
    row = of_contact(worlds, contact)
    assert resolve.candidates(row) == (in_quickbooks(one), in_quickbooks(other))
    resolve.link(row, in_quickbooks(other), by="Ben")
    worlds.sync()
    assert of_contact(worlds, contact).quickbooks_id == other
    assert of_contact(worlds, contact).state == "in_sync"
    assert worlds.quickbooks("Customer")[other]["PrimaryPhone"]["FreeFormNumber"] == "555 0100"
    assert len(worlds.quickbooks("Customer")) == 2
    told = SyncActivity.objects.get(action="decided")
    assert told.sentence == f"Ben: It is linked with Nordwind Oslo (QuickBooks {other})."
    left = of_customer(worlds, one)
    assert (left.state, left.category) == ("needs_decision", "ambiguous")
    worlds.sync_quietly()


def test_the_partner_may_be_chosen_from_the_other_side_too(worlds: Worlds) -> None:
    contact, one, _ = in_doubt(worlds)
    resolve.link(of_customer(worlds, one), RecordRef(Side.HUBSPOT, Entity.CONTACT, contact))
    worlds.sync()
    assert of_contact(worlds, contact).quickbooks_id == one


def test_nothing_is_decided_twice(worlds: Worlds) -> None:
    contact, one, other = in_doubt(worlds)
    resolve.link(of_contact(worlds, contact), in_quickbooks(one))
    worlds.sync()
    assert of_contact(worlds, contact).decisions == {}
    with pytest.raises(NotPossible, match="linked already"):
        resolve.link(of_contact(worlds, contact), in_quickbooks(other))
    with pytest.raises(NotPossible, match="linked already"):
        resolve.keep_apart(of_contact(worlds, contact))
    second = worlds.contact(email="new@nordwind.test")
    worlds.sync()
    taken = of_customer(worlds, other)
    with pytest.raises(NotPossible, match="linked with another record"):
        resolve.link(taken, RecordRef(Side.HUBSPOT, Entity.CONTACT, second))


def test_a_partner_that_is_gone_by_then_is_asked_for_again(worlds: Worlds) -> None:
    contact, one, other = in_doubt(worlds)
    resolve.link(of_contact(worlds, contact), in_quickbooks(other))
    worlds.sandbox.options(quickbooks={worlds.realm: {"merged_id_reads": "610"}})
    worlds.in_quickbooks("Customer", "merge", one, losing_id=other)
    worlds.sync()
    worlds.sync()
    assert of_contact(worlds, contact).quickbooks_id == one
    worlds.sync_quietly()


def test_kept_apart_it_gets_a_copy_of_its_own(worlds: Worlds) -> None:
    contact, one, other = in_doubt(worlds)
    resolve.keep_apart(of_contact(worlds, contact), by="Ben")
    worlds.sync()
    made = of_contact(worlds, contact)
    assert made.state == "in_sync"
    assert made.quickbooks_id not in (one, other, None)
    assert len(worlds.quickbooks("Customer")) == 3
    worlds.sync_quietly()


def test_kept_apart_it_survives_a_lost_answer(worlds: Worlds) -> None:
    contact, one, other = in_doubt(worlds)
    resolve.keep_apart(of_contact(worlds, contact))
    worlds.sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST", times=1)
    for _ in range(3):
        worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 3
    assert of_contact(worlds, contact).quickbooks_id not in (one, other, None)
    worlds.sync_quietly()


def test_the_second_product_of_a_sku_may_be_kept_apart(trade: Trade) -> None:
    for name in ("Hosting", "Hosting"):
        trade.in_hubspot("products", properties={"name": name, "hs_sku": "HOST", "price": "10"})
    options = {"income_account": trade.income_account}
    trade.rule(Entity.PRODUCT, direction=Direction.TO_QUICKBOOKS, options=options)
    trade.sync()
    second = RecordLink.objects.get(entity=Entity.PRODUCT, category="ambiguous")
    resolve.keep_apart(second)
    trade.sync()
    made = [one["Name"] for one in trade.quickbooks("Item").values() if one.get("Sku") == "HOST"]
    assert sorted(made) == ["Hosting", "Hosting (HOST)"]
    trade.sync_quietly()


def test_taken_apart_both_wait_for_a_person(worlds: Worlds) -> None:
    contact, one, other = in_doubt(worlds)
    resolve.link(of_contact(worlds, contact), in_quickbooks(one))
    worlds.sync()
    resolve.unlink(of_contact(worlds, contact), by="Ben")
    worlds.sync_quietly()
    for row in (of_contact(worlds, contact), of_customer(worlds, one)):
        assert not row.is_linked
        assert (row.state, row.category) == ("needs_decision", "taken_apart")
    assert f"QuickBooks {one}" in of_contact(worlds, contact).sentence
    worlds.in_hubspot("contacts", "edit", contact, properties={"phone": "555 0199"})
    worlds.sync_quietly()
    resolve.link(of_contact(worlds, contact), in_quickbooks(other))
    worlds.sync()
    assert of_contact(worlds, contact).quickbooks_id == other
    assert worlds.quickbooks("Customer")[other]["PrimaryPhone"]["FreeFormNumber"] == "555 0199"
    assert of_customer(worlds, one).category == "taken_apart"
    worlds.sync_quietly()


def test_a_copy_of_ours_is_not_joined_again_by_its_marker(worlds: Worlds) -> None:
    one = customer(worlds, "Nordwind AS")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    row = of_customer(worlds, one)
    resolve.unlink(row)
    worlds.sync_quietly()
    assert not of_customer(worlds, one).is_linked
    assert RecordLink.objects.filter(category="taken_apart").count() == 2


@item("D14")
def test_invoices_are_not_taken_apart(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice()
    trade.sync()
    with pytest.raises(NotPossible, match="booked again"):
        resolve.unlink(trade.link(Side.HUBSPOT, Entity.INVOICE, invoice))


def conflict(worlds: Worlds) -> tuple[str, str]:
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.rule(Entity.CONTACT, conflict=ConflictPolicy.ASK)
    worlds.sync()
    (customer_id,) = worlds.quickbooks("Customer")
    change(worlds, contact, customer_id, "One", "Two")
    worlds.sync_quietly()
    return contact, customer_id


def change(worlds: Worlds, contact: str, customer_id: str, here: str, there: str) -> None:
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": here})
    worlds.in_quickbooks("Customer", "edit", customer_id, fields={"FamilyName": there})


@item("F1")
@pytest.mark.parametrize(("wins", "value"), [(Side.HUBSPOT, "One"), (Side.QUICKBOOKS, "Two")])
def test_a_person_says_which_side_counts(worlds: Worlds, wins: Side, value: str) -> None:
    contact, customer_id = conflict(worlds)
    resolve.choose_side(of_contact(worlds, contact), wins)
    worlds.sync()
    assert worlds.hubspot("contacts")[contact]["lastname"] == value
    assert worlds.quickbooks("Customer")[customer_id]["FamilyName"] == value
    row = of_contact(worlds, contact)
    assert (row.state, row.decisions) == ("in_sync", {})
    worlds.sync_quietly()


def test_the_choice_holds_for_the_values_that_were_shown(worlds: Worlds) -> None:
    contact, customer_id = conflict(worlds)
    resolve.choose_side(of_contact(worlds, contact), Side.HUBSPOT, "lastname=FamilyName")
    change(worlds, contact, customer_id, "Three", "Four")
    worlds.sync_quietly()
    assert of_contact(worlds, contact).category == "conflict"
    assert worlds.quickbooks("Customer")[customer_id]["FamilyName"] == "Four"


def test_without_a_conflict_there_is_no_side_to_choose(worlds: Worlds) -> None:
    contact, _ = conflict(worlds)
    with pytest.raises(NotPossible):
        resolve.choose_side(of_contact(worlds, contact), Side.HUBSPOT, "phone=Nothing")


def deleted_invoice(trade: Trade) -> str:
    trade.start()
    invoice = trade.hubspot_invoice()
    trade.sync()
    trade.in_quickbooks("Invoice", "delete", trade.one_invoice_in_quickbooks()["Id"])
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).category == "deleted_in_quickbooks"
    return invoice


@item("D33")
def test_a_deleted_invoice_is_sent_again_when_a_person_asks(trade: Trade) -> None:
    invoice = deleted_invoice(trade)
    resolve.send_again(trade.link(Side.HUBSPOT, Entity.INVOICE, invoice))
    trade.sync()
    row = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert row.quickbooks_id == trade.one_invoice_in_quickbooks()["Id"]
    assert (row.state, row.decisions) == ("in_sync", {})
    trade.sync_quietly()


@item("D33")
def test_or_it_is_let_go(trade: Trade) -> None:
    invoice = deleted_invoice(trade)
    resolve.let_go(trade.link(Side.HUBSPOT, Entity.INVOICE, invoice))
    trade.sync()
    row = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert (row.state, row.category, row.decisions) == ("excluded", "detached", {})
    assert not trade.quickbooks("Invoice")
    trade.sync_quietly()


@item("D30")
def test_a_deleted_contact_is_made_again_only_when_a_person_asks(worlds: Worlds) -> None:
    customer_id = customer(worlds, "Acme", "post@acme.test")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (contact,) = worlds.hubspot("contacts")
    worlds.in_hubspot("contacts", "delete", contact)
    worlds.sandbox.advance(4000)  # what is archived is listed once an hour
    worlds.sync()
    row = of_customer(worlds, customer_id)
    assert (row.state, row.category) == ("excluded", "deleted_there")
    worlds.sync_quietly()
    resolve.send_again(row)
    worlds.sync()
    (again,) = worlds.hubspot("contacts")
    assert again != contact
    assert of_customer(worlds, customer_id).hubspot_id == again
    worlds.sync_quietly()


def test_what_is_not_deleted_is_neither_sent_again_nor_let_go(worlds: Worlds) -> None:
    contact, _, _ = in_doubt(worlds)
    for decide in (resolve.send_again, resolve.let_go):
        with pytest.raises(NotPossible):
            decide(of_contact(worlds, contact))


def test_a_decision_made_while_the_record_is_worked_on_is_kept(worlds: Worlds) -> None:
    contact, one, _ = in_doubt(worlds)
    read_before = of_contact(worlds, contact)
    resolve.link(of_contact(worlds, contact), in_quickbooks(one))
    read_before.save_known()
    worlds.sync()
    assert of_contact(worlds, contact).quickbooks_id == one


def test_a_decision_survives_a_pass_that_ends_while_it_is_carried_out(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact, one, _ = in_doubt(worlds)

    def ends(*_: object) -> None:
        raise LeaseLost("Another worker has taken over.")

    resolve.link(of_contact(worlds, contact), in_quickbooks(one))
    with monkeypatch.context() as patch:
        patch.setattr(joining, "absorb", ends)
        with pytest.raises(LeaseLost):
            worlds.sync()
    worlds.sync()
    assert of_contact(worlds, contact).quickbooks_id == one

    resolve.unlink(of_contact(worlds, contact))
    with monkeypatch.context() as patch:
        patch.setattr(decisions, "_clear", ends)
        with pytest.raises(LeaseLost):
            worlds.sync()
    worlds.sync()
    assert of_contact(worlds, contact).category == "taken_apart"
