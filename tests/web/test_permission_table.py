"""Every address of the whole site, also those that come with Django and the libraries, by method
and role. An address that stands in no table fails: somebody must say who may use it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from syncapp.admin.access.ways_in import WAYS_IN
from syncapp.admin.routes import ROUTES
from tests import factories

pytestmark = pytest.mark.django_db

# Each may everything the ones before may.
LADDER = ("anonymous", "cleo", "ben", "viewer", "operator", "configurator", "owner", "superuser")
NOBODY = "nobody"

# Least role for: looking, adding, changing, deleting.
MACHINE_WRITTEN = ("viewer", NOBODY, NOBODY, NOBODY)
PERSONAL = ("owner", NOBODY, NOBODY, NOBODY)
PEOPLE = ("owner", "owner", "owner", "owner")
HIDDEN = ("superuser", NOBODY, NOBODY, NOBODY)
LIBRARY = ("superuser", NOBODY, "superuser", "superuser")
TABLES: dict[str, tuple[str, str, str, str]] = {
    **{f"syncapp_{model._meta.model_name}": MACHINE_WRITTEN
       for model in apps.get_app_config("syncapp").get_models()},
    **dict.fromkeys(("syncapp_chosencolumns", "syncapp_savedview", "syncapp_alertrecipient",
                     "syncapp_alertdelivery", "syncapp_preferences",
                     "syncapp_givenpassword"), PERSONAL),
    **dict.fromkeys(("syncapp_authenticatorapp", "syncapp_recoverycodes"), HIDDEN),
    "syncapp_connection": ("viewer", NOBODY, "owner", NOBODY),
    "syncapp_integration": ("viewer", "owner", "owner", NOBODY),
    "auth_user": PEOPLE,
    "auth_group": PEOPLE,
    "auditlog_logentry": HIDDEN,
    "axes_accessattempt": LIBRARY,
    "axes_accesslog": LIBRARY,
    "axes_accessfailurelog": LIBRARY,
    "axes_accessattemptexpiration": LIBRARY,
    "django_q_success": ("superuser", NOBODY, "superuser", "superuser"),
    "django_q_failure": ("superuser", NOBODY, "superuser", "superuser"),
}  # fmt: skip
# Everything else, with the least role that it opens for.
OTHERS = {
    "": "anonymous",  # leads to the admin
    "healthz": "anonymous",
    "metrics": "viewer",
    "admin:login": "anonymous",
    "admin:logout": "anonymous",
    "admin:index": "ben",
    "admin:password_change": "ben",
    "admin:password_change_done": "ben",
    "admin:autocomplete": "ben",
    "admin:jsi18n": "ben",
    "admin:view_on_site": "ben",
    "admin:auth_user_password_change": "owner",
    "admin:app_list": "ben",
    "admin:": "ben",  # the catch-all: adds a slash, else 404
}
OURS = {f"admin:{route.name}" for route in ROUTES} | {f"admin:{name}" for _, name, _ in WAYS_IN}
DEEDS = ("changelist", "add", "change", "delete", "history")


def names() -> Iterator[str]:
    yield from _names(get_resolver().url_patterns, "")


def _names(patterns: Any, space: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _names(one.url_patterns, inner)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name or ''}"


def test_every_address_stands_in_a_table():
    known = OURS | set(OTHERS) | {f"admin:{table}_{deed}" for table in TABLES for deed in DEEDS}

    assert set(names()) - known - WEBHOOKS == set()


def test_every_table_of_the_admin_is_in_ours():
    shown = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}

    assert shown <= set(TABLES)
    assert not {one for one in shown if one.startswith(("otp_", "django_q_schedule"))}


WEBHOOKS = {name for name in names() if "webhook" in name}


def person(role: str) -> User | None:
    if role in ("ben", "cleo"):
        return getattr(factories, role)()
    if role == "superuser":
        return factories.ada()
    return factories.member(role)


def may(role: str, least: str) -> bool:
    return least != NOBODY and LADDER.index(role) >= LADDER.index(least)


def is_open(answer: Any) -> bool:
    """Neither refused nor sent to the sign-in."""
    if answer.status_code in (403, 401):
        return False
    return not (answer.status_code == 302 and "/admin/login/" in answer.url)


def asked(table: str) -> Iterator[tuple[str, str, str]]:
    """Method, address and least role. A row that is not there is enough: who may not is refused
    before it is looked for."""
    look, add, change, delete = TABLES[table]
    where = {
        deed: reverse(f"admin:{table}_{deed}", args=() if deed in ("changelist", "add") else (0,))
        for deed in DEEDS
    }
    yield "get", where["changelist"], look
    yield "get", where["add"], add
    yield "post", where["add"], add
    yield "post", where["change"], change
    yield "post", where["delete"], delete


@pytest.mark.parametrize("role", LADDER)
def test_every_stock_table_by_method_and_role(role):
    client = Client()
    if role != "anonymous":
        client.force_login(person(role))
    wrong = []
    for model in admin.site._registry:
        table = f"{model._meta.app_label}_{model._meta.model_name}"
        for method, address, least in asked(table):
            got = is_open(getattr(client, method)(address))
            if got != may(role, least) and not _is_lost(method, address, role, table):
                wrong.append((method, address, least, got))

    assert wrong == []


def _is_lost(method: str, address: str, role: str, table: str) -> bool:
    """A row that is not there: who may look is told so, whatever else they may."""
    is_about_a_row = "/0/" in address
    return is_about_a_row and may(role, TABLES[table][0])


@pytest.mark.parametrize("role", LADDER)
def test_the_rest_by_role(role):
    client = Client()
    if role != "anonymous":
        client.force_login(person(role))
    wrong = []
    for name, least in OTHERS.items():
        if name in ("", "admin:", "admin:logout"):
            continue
        values = {"admin:view_on_site": (1, 1), "admin:app_list": ("syncapp",),
                  "admin:auth_user_password_change": (0,)}.get(name, ())  # fmt: skip
        answer = client.get(reverse(name, args=values))
        shown = is_open(answer) and (name != "metrics" or answer.status_code == 200)
        if shown != may(role, least) and name not in ("admin:autocomplete", "admin:app_list"):
            wrong.append((name, least, answer.status_code))

    assert wrong == []
