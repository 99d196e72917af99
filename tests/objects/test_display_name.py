from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.records import Entity, Snapshot
from syncapp.objects.display_name import LIMIT, display_names
from tests.objects.factories import H, ref, rule

TEXTS = st.text(max_size=600) | st.none() | st.sampled_from(["Acme", "acme", "A:B", " - "])
POLICIES = st.sampled_from(["", "company", "person", "person_company", "email"])


@given(TEXTS, TEXTS, TEXTS, TEXTS, POLICIES)
def test_whatever_people_type_the_names_are_ones_that_quickbooks_takes(
    first, last, company, email, made_of
):
    fields = {"firstname": first, "lastname": last, "company": company, "email": email}
    contact = Snapshot(ref(H, Entity.CONTACT, 1), fields)
    names = display_names(contact, rule(Entity.CONTACT, options={"display_name": made_of}))
    folded = [name.casefold() for name in names]
    assert len(folded) == len(set(folded))
    for name in names:
        assert name.strip() == name != ""
        assert not set(name) & set(":\t\n")
        assert len(name) <= LIMIT or len(names) == 1  # too long: refused as it is, never cut
