"""Whatever a client sends, it gets an answer: never an exception inside the simulator."""

from typing import Any

import pytest
import simplejson
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.hubspot.vendor import HubSpot
from sandbox.web import Request

Portal = tuple[HubSpot, dict[str, str]]

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 30_000),
    st.text(max_size=6),
    st.sampled_from(["20001", "20002", "EQ", "IN", "BETWEEN", "email", "hs_object_id", "contacts"]),
)
NAMES = st.sampled_from(
    [
        "inputs",
        "id",
        "idProperty",
        "properties",
        "propertiesWithHistory",
        "associations",
        "to",
        "from",
        "types",
        "associationCategory",
        "associationTypeId",
        "objectWriteTraceId",
        "filterGroups",
        "filters",
        "propertyName",
        "operator",
        "value",
        "values",
        "highValue",
        "sorts",
        "query",
        "limit",
        "after",
        "email",
        "hs_currency",
        "name",
        "label",
        "type",
        "fieldType",
        "groupName",
        "options",
        "hasUniqueValue",
        "primaryObjectId",
        "objectIdToMerge",
        "objectId",
        "archived",
    ]
)
BODIES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=12,
)
OBJECT = st.dictionaries(NAMES, BODIES, max_size=6)
NEARLY_RIGHT = st.one_of(
    st.fixed_dictionaries({"inputs": st.lists(OBJECT, max_size=3), "properties": BODIES}),
    st.fixed_dictionaries(
        {
            "filterGroups": st.lists(
                st.fixed_dictionaries({"filters": st.lists(OBJECT, max_size=2)}), max_size=2
            )
        },
        optional={"sorts": BODIES, "limit": BODIES, "after": BODIES, "query": BODIES},
    ),
    st.fixed_dictionaries(
        {"filterGroups": st.just([]), "sorts": st.lists(OBJECT, max_size=2)},
        optional={"limit": BODIES, "properties": BODIES},
    ),
    st.fixed_dictionaries(
        {
            "properties": OBJECT,
            "associations": st.lists(
                st.fixed_dictionaries({"to": OBJECT, "types": st.lists(OBJECT)})
            ),
        }
    ),
    st.lists(OBJECT, max_size=3),
    st.fixed_dictionaries(
        dict.fromkeys(("groupName", "name", "label", "type", "fieldType"), BODIES),
        optional={"options": BODIES, "hasUniqueValue": BODIES},
    ),
)
PATHS = [
    ("POST", "/crm/v3/objects/{type}"),
    ("PATCH", "/crm/v3/objects/{type}/20001"),
    ("GET", "/crm/v3/objects/{type}"),
    ("GET", "/crm/v3/objects/{type}/20001"),
    ("POST", "/crm/v3/objects/{type}/search"),
    ("POST", "/crm/v3/objects/{type}/merge"),
    ("POST", "/crm/v3/objects/{type}/gdpr-delete"),
    ("POST", "/crm/v3/objects/{type}/batch/read"),
    ("POST", "/crm/v3/objects/{type}/batch/create"),
    ("POST", "/crm/v3/objects/{type}/batch/update"),
    ("POST", "/crm/v3/objects/{type}/batch/upsert"),
    ("POST", "/crm/v3/objects/{type}/batch/archive"),
    ("POST", "/crm/v3/properties/{type}"),
    ("PATCH", "/crm/v3/properties/{type}/ours"),
    ("POST", "/crm/v3/properties/{type}/groups"),
    ("POST", "/crm/v3/properties/{type}/batch/read"),
    ("POST", "/crm/v3/properties/{type}/batch/create"),
    ("POST", "/crm/v3/properties/{type}/batch/archive"),
    ("PUT", "/crm/v4/objects/{type}/20001/associations/companies/20002"),
    ("POST", "/crm/v4/associations/{type}/companies/batch/read"),
    ("POST", "/crm/v4/associations/{type}/companies/batch/create"),
    ("POST", "/crm/v4/associations/{type}/companies/batch/associate/default"),
    ("POST", "/crm/v4/associations/{type}/companies/batch/archive"),
    ("POST", "/crm/v4/associations/{type}/companies/batch/labels/archive"),
    ("POST", "/crm/v3/associations/{type}/companies/batch/create"),
    ("POST", "/commerce/payments/2027-03-beta/manual-payments"),
    ("POST", "/oauth/2026-09/token"),
]


TYPES = ("contacts", "invoices", "line_items", "commerce_payments")


@pytest.mark.parametrize(("method", "path"), PATHS)
@settings(max_examples=40)
@given(
    type_name=st.sampled_from(TYPES),
    body=st.one_of(OBJECT, BODIES, NEARLY_RIGHT),
    query=st.sampled_from(["", "limit=x", "after=-1", "idProperty=email", "associations=contacts"]),
)
def test_nonsense_is_answered(
    portal: Portal, method: str, path: str, type_name: str, body: Any, query: str
) -> None:
    hubspot, headers = portal
    sent = simplejson.dumps(body).encode()
    path = path.replace("{type}", type_name)
    answer = hubspot.handle(Request(method, path, query, headers, sent))
    assert 200 <= answer.status < 500
    assert answer.endpoint
    assert answer.operation


@pytest.fixture(scope="module")
def portal() -> Portal:
    """With one record of each type; tests leave theirs behind."""
    hubspot = HubSpot(Clock(), lambda _vendor, _event: None)
    token = hubspot.reset()["access_token"]
    hubspot.set_options({"manual_payments_beta": True})
    values = {
        "contacts": {"email": "ada@nordwind.example"},
        "companies": {"name": "Nordwind"},
        "invoices": {"hs_currency": "USD"},
        "line_items": {},
        "commerce_payments": {"hs_initial_amount": "5", "hs_initiated_date": "2026-03-01"},
    }
    for type_name, properties in values.items():
        hubspot.act({"action": "create", "type": type_name, "properties": properties})
    return hubspot, {"authorization": f"Bearer {token}"}
