"""Every test: loopback network only, hypothesis profiles, and which tests need a database."""

import os
import time
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=100,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
if CASES := os.environ.get("CASES"):  # CASES=20000 python -m pytest tests/engine/test_properties.py
    settings.register_profile(
        "cases",
        deadline=None,
        max_examples=int(CASES),
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "cases" if CASES else "ci" if os.getenv("CI") else "dev")
)

# `migrate` makes the rows of these tables, and every emptying of the database would make them
# again: most of what a test with a database cost besides itself.
MADE_BY_MIGRATE = {
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}


def _empty(_test: TransactionTestCase) -> None:
    for alias in connections:
        tables = connections[alias].introspection
        every = tables.django_table_names

        def ours(every=every, **how: bool) -> list[str]:
            return [name for name in every(**how) if name not in MADE_BY_MIGRATE]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tables, "django_table_names", ours)
            call_command(
                "flush",
                verbosity=0,
                database=alias,
                interactive=False,
                reset_sequences=False,  # ids are not given twice: something may have kept them
                inhibit_post_migrate=True,
            )


@pytest.fixture(scope="session", autouse=True)
def what_migrate_made_stays() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
        yield


collect_ignore = ["sandbox/clients"]  # have an environment of their own

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


# What is decided, what a page looks like and what a vendor answers does not depend on the database.
DECIDED_OR_SHOWN = (
    "/tests/behaviour/",
    "/tests/web/",
    *(
        f"/tests/pipeline/test_{name}.py"
        for name in (
            "call_counts", "contacts", "days", "empty_answers", "entered_anew", "example_company",
            "invoices_inbound", "invoices_outbound", "limits", "memory", "odd_values",
            "payment_match", "random_days", "refused_account", "rehearsed_company", "sellers",
            "stale_memory", "unverified_behaviour", "what_happened",
        )
    ),
)  # fmt: skip


LONG = ("/tests/behaviour/", "/tests/chaos/", "/tests/pipeline/")
UNTIL = float(os.environ.get("TESTS_UNTIL", "inf"))  # seconds since 1970


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Checks that take twice as long on a slow machine must end there, too: script/test says so."""
    if time.time() > UNTIL:
        pytest.skip("no time is left for it on this machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where time may be over before the end, those that take long come last.

    `-m database` picks the tests that could be run again on PostgreSQL, `not one_database` of
    them those that are each time: not what is decided or shown, but pages marked `queries`."""
    for item in items:
        wants = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if wants or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
        where = item.path.as_posix()
        is_either = any(folder in where for folder in DECIDED_OR_SHOWN)
        if is_either and not item.get_closest_marker("queries"):
            item.add_marker(pytest.mark.one_database)
    if "TESTS_UNTIL" in os.environ:
        items.sort(key=lambda item: any(one in item.path.as_posix() for one in LONG))
