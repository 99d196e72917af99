"""The page that says who is told what."""

import pytest
from django.urls import reverse

from syncapp.models.alerts import Alert, AlertDelivery, AlertRecipient
from tests import factories
from tests.web.consenting import messages_of

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Ada", "email": "ada@ledger.test", "causes": ["brake", "failing"],
    "failing_above": "3", "allowance_above": "80", "digest_minutes": "15", "quiet_from": "22:00",
    "quiet_until": "07:00", "time_zone": "Europe/Oslo", "language": "en", "is_on": "on",
}  # fmt: skip


@pytest.fixture
def owner(client):
    client.force_login(factories.member("owner"))
    return client


def page(client):
    return client.get(reverse("admin:alerts")).content.decode()


def test_an_owner_says_who_is_told_what(owner):
    answer = owner.post(reverse("admin:add_recipient"), FORM, follow=True)

    assert messages_of(answer) == ["Ada is saved."]
    ada = AlertRecipient.objects.get()
    assert (ada.causes, ada.failing_above, ada.urgent_at_once) == (["brake", "failing"], 3, False)
    assert "ada@ledger.test" in page(owner)
    again = owner.get(reverse("admin:edit_recipient", args=(ada.pk,))).content.decode()
    assert 'value="22:00"' in again


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": ""}, "only an e-mail address will do"),
        ({"email": "ada@ledger.test\nBcc: x@y.test"}, "valid email"),
        ({"quiet_until": ""}, "when it ends"),
        ({"causes": []}, "required"),
        ({"time_zone": "Europe/Atlantis"}, "valid choice"),
        ({"allowance_above": "101"}, "less than or equal to 100"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(owner, change, sentence):
    answer = owner.post(reverse("admin:add_recipient"), FORM | change)

    assert sentence in answer.content.decode()
    assert not AlertRecipient.objects.exists()


def test_a_trial_reaches_the_reader_or_says_what_stands_in_the_way(owner, mailoutbox, settings):
    ada = AlertRecipient.objects.create(name="Ada", email="ada@ledger.test")
    address = reverse("admin:try_recipient", args=(ada.pk,))
    assert messages_of(owner.post(address, follow=True)) == ["A trial was sent to Ada."]
    assert mailoutbox[0].to == ["ada@ledger.test"]

    settings.MAIL_IS_SET_UP = False
    assert "EMAIL_URL is not set" in messages_of(owner.post(address, follow=True))[0]


def test_a_recipient_is_removed(owner):
    ada = AlertRecipient.objects.create(name="Ada", email="ada@ledger.test")

    owner.post(reverse("admin:drop_recipient", args=(ada.pk,)))

    assert not AlertRecipient.objects.exists()


def test_viewers_see_what_came_up_and_not_who_is_told(client):
    integration = factories.nordwind()
    ada = AlertRecipient.objects.create(name="Ada", email="ada@ledger.test")
    alert = Alert.objects.create(key="brake:1", cause="brake", integration=integration)
    AlertDelivery.objects.create(alert=alert, recipient=ada, news="begun", due_at=alert.begun_at)
    client.force_login(factories.member("viewer"))

    shown = page(client)

    assert "Nordwind: A pass would have changed unusually much" in shown
    assert "ada@ledger.test" not in shown
