import pytest
from auditlog.models import LogEntry
from django.contrib.sessions.models import Session

from tests import factories
from tests.commands.calling import call
from tests.web.signing_in import type_name_and_password, with_app

pytestmark = pytest.mark.django_db


def test_an_owner_who_lost_the_phone_gets_in_again_and_nobody_else_is_touched(client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    owner, ada = factories.member("owner"), factories.ada()
    with_app(owner)
    with_app(ada)
    client.force_login(owner)

    ended = call("reset_second_factor", "owner")

    assert (ended.code, "signed out (1)" in ended.out) == (0, True)
    assert not Session.objects.exists()
    client.logout()
    answer = type_name_and_password(client, "owner")
    assert answer.request["PATH_INFO"] == "/admin/second-factor/set-up/"
    client.logout()
    answer = type_name_and_password(client, "ada")
    assert answer.request["PATH_INFO"] == "/admin/second-factor/"
    kept = LogEntry.objects.exclude(additional_data=None).latest("pk")
    assert (kept.object_repr, kept.additional_data["deed"]) == ("owner", "second_factor_reset")


def test_a_name_that_nobody_has_is_said(client):
    factories.ada()

    ended = call("reset_second_factor", "adda")

    assert (ended.code, "Nobody is called “adda”. There are: ada." in ended.err) == (2, True)
