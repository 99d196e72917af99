import pytest

from syncapp.engine.match import Match, doubles, key_text, match, mutual
from syncapp.engine.records import Presence
from syncapp.engine.rules import FieldKind, MatchKey
from tests.engine.factories import H, Q, ref, snapshot

MAIL = MatchKey("email", "Email")
NAME = MatchKey("name", "DisplayName")


def contact(id_="1", email="ada@nordwind.test", **rest):
    return snapshot(H, id_, fields={"email": email, "name": rest.pop("name", None)}, **rest)


def customer(id_="1", email="ada@nordwind.test", **rest):
    return snapshot(Q, id_, fields={"Email": email, "DisplayName": rest.pop("name", None)}, **rest)


def find(record, *candidates, keys=(MAIL,), taken=()):
    return match(record, candidates, keys, dict.fromkeys(taken, ref(H, "99")))


def test_nobody_with_the_key_is_no_match():
    found = find(contact(), customer(email="ben@acme.test"))
    assert (found.partner, found.candidates, found.is_ambiguous) == (None, (), False)


@pytest.mark.parametrize("email", [None, "", "  "])
def test_a_record_without_the_key_matches_nobody(email):
    found = find(contact(email=email), customer(email=email))
    assert (found.partner, found.candidates) == (None, ())


def test_exactly_one_is_the_partner():
    found = find(contact(), customer("7"), customer("8", "ben@acme.test"))
    assert (found.partner, found.key) == (ref(Q, "7"), "ada@nordwind.test")


def test_it_works_from_either_side():
    assert find(customer("7"), contact("3")).partner == ref(H, "3")


def test_letter_case_and_blanks_of_the_key_do_not_count():
    assert find(contact(email="Ada@Nordwind.test "), customer("7")).partner == ref(Q, "7")


def test_a_key_may_be_of_another_kind():
    by_phone = MatchKey("email", "Email", FieldKind.PHONE)
    found = find(contact(email="+1 212 555 0100"), customer("7", "(212) 5550100"), keys=[by_phone])
    assert found.partner == ref(Q, "7")


def test_several_are_a_question_for_a_person():
    found = find(contact(), customer("8"), customer("7"))
    assert found.is_ambiguous
    assert (found.partner, found.candidates) == (None, (ref(Q, "7"), ref(Q, "8")))


def test_the_same_candidate_twice_is_one():
    assert find(contact(), customer("7"), customer("7")).partner == ref(Q, "7")


def test_one_with_a_partner_of_its_own_is_a_question_and_never_the_match():
    found = find(contact(), customer("7"), taken=[ref(Q, "7")])
    assert (found.partner, found.candidates) == (None, (ref(Q, "7"),))


def test_a_free_one_beside_a_taken_one_is_still_a_question():
    found = find(contact(), customer("7"), customer("8"), taken=[ref(Q, "7")])
    assert found.candidates == (ref(Q, "7"), ref(Q, "8"))


@pytest.mark.parametrize("presence", [Presence.GONE, Presence.INACTIVE, Presence.VOIDED])
def test_only_living_records_are_found(presence):
    assert find(contact(), customer("7", presence=presence)).partner is None


def test_the_first_key_that_finds_anybody_decides():
    ada, ben = customer("7", name="Ada"), customer("8", "ben@acme.test", name="Ada")
    assert find(contact(name="Ada"), ada, ben, keys=(MAIL, NAME)).partner == ref(Q, "7")
    assert find(contact(name="Ada"), ada, ben, keys=(NAME, MAIL)).is_ambiguous


def test_a_later_key_helps_where_the_first_finds_nobody():
    found = find(contact(email=None, name="Ada"), customer("7", name="ADA"), keys=(MAIL, NAME))
    assert found.partner == ref(Q, "7")


def test_without_keys_nothing_matches():
    assert find(contact(), customer(), keys=()).partner is None


def test_of_records_that_share_a_key_only_the_oldest_may_go_on():
    ten, nine, other = contact("10"), contact("9"), contact("2", "ben@acme.test")
    assert doubles([ten, other, nine], [MAIL]) == {ref(H, "10"): ref(H, "9")}


def test_all_later_ones_of_many_are_doubles_of_the_first():
    found = doubles([contact(str(n)) for n in (3, 1, 2)], [MAIL])
    assert found == {ref(H, "2"): ref(H, "1"), ref(H, "3"): ref(H, "1")}


def test_records_without_a_key_are_no_doubles():
    assert not doubles([contact("1", None), contact("2", "")], [MAIL])


def test_of_two_that_want_the_same_partner_none_gets_it():
    wish = Match(partner=ref(Q, "7"), key="a")
    found = mutual({ref(H, "1"): wish, ref(H, "2"): wish})
    assert found[ref(H, "1")].candidates == (ref(Q, "7"), ref(H, "2"))
    assert found[ref(H, "2")].candidates == (ref(Q, "7"), ref(H, "1"))


def test_two_that_want_each_other_get_each_other():
    wishes = {ref(H, "1"): Match(partner=ref(Q, "7")), ref(Q, "7"): Match(partner=ref(H, "1"))}
    assert mutual(wishes) == wishes


def test_nobody_gets_a_partner_who_is_in_doubt_himself():
    doubt = Match(candidates=(ref(Q, "7"), ref(Q, "8")))
    found = mutual({ref(H, "1"): doubt, ref(Q, "7"): Match(partner=ref(H, "1"))})
    assert found[ref(Q, "7")].is_ambiguous


def test_a_key_is_stored_alike_from_both_sides():
    here = key_text((MAIL,), contact(email=" Ada@Nordwind.test"))
    assert here == key_text((MAIL,), customer(email="ada@nordwind.test"))
    assert key_text((MAIL,), contact(email=None)) == ""


def test_a_long_key_is_stored_short_and_still_tells_records_apart():
    one, other = (key_text((MAIL,), contact(email="a" * 500 + end)) for end in "bc")
    assert one != other
    assert len(one) <= 200
