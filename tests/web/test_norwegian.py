"""Our pages in a language of brackets: whatever stands outside of them nobody can translate."""

import re
from html.parser import HTMLParser

import pytest
from django.utils.translation import override, trans_real

from syncapp.admin.reasons import reason_of
from syncapp.admin.routes import ROUTES
from syncapp.engine.catalogue import CATEGORIES
from syncapp.engine.plan import State
from syncapp.engine.said import said
from syncapp.models import Brake, RecordLink
from syncapp.told import sentence_of
from tests import factories
from tests.translating import CATALOGUE, Bracketed, compile_catalogue, messages_in, words_of
from tests.web.test_pages import ASKS_A_VENDOR, LEAD_ON, address, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db

_SHOWN = ("title", "aria-label", "placeholder", "alt", "data-title", "label")
_NOT_READ = ("script", "style", "code", "pre", "select", "del", "ins")  # values are no words
# Names: of products, of the people and records of these tests, and what was stored in English
_NAMES = """HubSpot QuickBooks Ledgerline CSV SKU UTC Django Nordwind Acme Ada Berg Mine ben owner
viewer ada Brukernavn Intuit img src onerror alert script hubspot quickbooks This pass would void
invoices Its customer not linked phone PrimaryPhone req webhook OAuth app manage sync
products contacts"""


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.texts, self.attributes, self._inside, self._tables = [], [], [], 0

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "details" and "ll-tables" in (values.get("class") or ""):
            self._tables = 1
        elif self._tables and tag == "details":
            self._tables += 1
        if self._tables:
            return
        if tag in _NOT_READ or (tag == "span" and "ll-api-name" in (values.get("class") or "")):
            self._inside.append(tag)
        self.attributes += [values[name] for name in _SHOWN if values.get(name)]

    def handle_endtag(self, tag):
        if self._tables and tag == "details":
            self._tables -= 1
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data):
        if not (self._inside or self._tables) and data.strip():
            self.texts.append(data)


def outside_brackets(text):
    before = None
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return re.sub(r"[⟦⟧]", " ", text)


def read(html):
    """The text as a whole, since a sentence may hold a name in a tag; each attribute by itself."""
    reader = _Reader()
    reader.feed(html)
    return [outside_brackets(text) for text in (" ".join(reader.texts), *reader.attributes)]


@pytest.fixture
def brackets(monkeypatch):
    compile_catalogue()
    language = Bracketed({one.text: one for one in messages_in(CATALOGUE)})
    monkeypatch.setitem(trans_real._translations, "nb", language)
    return language


@pytest.fixture
def reads(client, brackets):
    client.force_login(factories.ada())

    def left_over(url):
        answer = client.get(url, headers={"Accept-Language": "nb"})
        assert answer.status_code == 200, url
        known = {*_NAMES.split(), *brackets.others}
        words = [word for text in read(answer.content.decode()) for word in words_of(text)]
        return [word for word in words if word not in known]

    return left_over


NOT_PAGES = {*LEAD_ON, *ASKS_A_VENDOR, "wizard_golive"}
PAGES = [one for one in ROUTES if not one.is_action and one.name not in NOT_PAGES]


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_a_page_has_no_word_that_cannot_be_translated(reads, world, route):
    assert reads(address(route, world)) == []


def test_the_sign_in_has_none_either(client, brackets):
    answer = client.get("/admin/login/", headers={"Accept-Language": "nb"})

    words = [word for text in read(answer.content.decode()) for word in words_of(text)]
    assert [one for one in words if one not in {*_NAMES.split(), *brackets.others}] == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_reason_can_be_told_in_another_language(brackets, category):
    facts = {
        "side": "QuickBooks",
        "hubspot": "12.50 USD",
        "quickbooks": "12.00 USD",
        "reason": said("The invoice names no contact."),
    }
    link = RecordLink(state=State.FAILING, category=category, facts=facts)

    with override("nb"):
        reason = reason_of(link)
        told = [sentence_of(link)]
        if reason:
            told += [reason.title, reason.why, reason.remedy, reason.who, reason.place]
            told.append(reason.retry)

    names = {"HubSpot", "QuickBooks", "USD"}
    left = {word for one in told for word in words_of(outside_brackets(one))}
    assert left - names == set()


def test_a_sentence_is_stored_in_english_and_read_in_every_language(client, brackets):
    link = factories.link(factories.nordwind(), facts={"why": said("{count} days", count="1,250")})
    brake = Brake.objects.create(
        integration=link.integration,
        sentence=said("This pass would {deeds}. Nothing more is written until a person agrees.",
                      deeds="wait"),
    )  # fmt: skip

    link, brake = RecordLink.objects.get(), Brake.objects.get()
    assert link.facts["why"] == "1,250 days"
    assert brake.sentence.startswith("This pass would wait. ")
    client.force_login(factories.ada())
    page = client.get("/admin/objects/", headers={"Accept-Language": "nb"}).content.decode()
    assert "⟦This pass would wait. Nothing more" in page
