import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from syncapp.engine.records import Side
from syncapp.models import Connection, Integration, RecordLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def integration():
    hubspot = Connection.objects.create(name="Portal", vendor="hubspot", account_id="4711")
    books = Connection.objects.create(name="Books", vendor="quickbooks", account_id="9130")
    return Integration.objects.create(name="Nordwind", hubspot=hubspot, quickbooks=books)


def link(integration, **ids):
    return RecordLink.objects.create(integration=integration, entity="invoice", **ids)


@pytest.mark.parametrize("side", ["hubspot_id", "quickbooks_id"])
def test_a_record_is_linked_once_per_integration(integration, side):
    link(integration, **{side: "145"})

    with pytest.raises(IntegrityError), transaction.atomic():
        link(integration, **{side: "145"})


def test_many_records_may_lack_a_partner(integration):
    link(integration, hubspot_id="1")
    link(integration, hubspot_id="2")

    assert RecordLink.objects.filter(quickbooks_id=None).count() == 2


def test_the_same_id_of_another_entity_is_another_record(integration):
    link(integration, quickbooks_id="145")
    RecordLink.objects.create(integration=integration, entity="contact", quickbooks_id="145")

    assert RecordLink.objects.filter(quickbooks_id="145").count() == 2


def test_a_link_without_any_id_is_refused(integration):
    with pytest.raises(IntegrityError), transaction.atomic():
        link(integration)


def test_a_link_knows_its_id_on_each_side(integration):
    half = link(integration, hubspot_id="1")
    assert (half.id_on(Side.HUBSPOT), half.id_on(Side.QUICKBOOKS)) == ("1", None)
    assert not half.is_linked

    half.quickbooks_id = "145"
    assert half.is_linked


def test_one_account_is_connected_once(integration):
    with pytest.raises(IntegrityError), transaction.atomic():
        Connection.objects.create(name="Again", vendor="hubspot", account_id="4711")


def test_a_connection_in_use_cannot_be_deleted(integration):
    with pytest.raises(ProtectedError):
        integration.hubspot.delete()


def test_an_interval_below_a_minute_is_refused(integration):
    integration.interval_seconds = 59

    with pytest.raises(IntegrityError), transaction.atomic():
        integration.save()
