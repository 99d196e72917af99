"""The Norwegian catalogue: nothing is missing, nothing is left over, every placeholder stands."""

import re
import shutil
from collections import Counter

import pytest
from django.core.management import call_command

from tests.translating import CATALOGUE, messages_in

pytestmark = pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext")

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>|%%")


@pytest.fixture(scope="module")
def written():
    return messages_in(CATALOGUE)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the program says now."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("locale")
    (folder / "nb").mkdir()
    with override_settings(LOCALE_PATHS=[str(folder)]):
        call_command("makemessages", keep_pot=True, verbosity=0)
    return messages_in(folder / "nb/LC_MESSAGES/django.po")


def test_every_message_is_in_the_catalogue_and_no_other(found, written):
    said, known = {one.key for one in found}, {one.key for one in written}

    assert said - known == set(), "missing: run manage.py makemessages and translate them"
    assert known - said == set(), "no longer used: run manage.py makemessages"


def test_every_message_is_translated_for_good(written):
    assert [one.text for one in written if one.is_fuzzy or not all(one.translations)] == []


def test_nothing_old_is_kept_as_a_comment():
    assert "#~" not in CATALOGUE.read_text()


def test_a_translation_has_the_placeholders_of_its_original(written):
    for one in written:
        originals = [one.text, one.many or one.text]
        for number, translation in enumerate(one.translations):
            wanted = Counter(_PLACEHOLDER.findall(originals[number]))
            assert Counter(_PLACEHOLDER.findall(translation)) == wanted, one.text


def test_a_translation_begins_and_ends_as_its_original(written):
    """Parts of sentences are put together."""
    for one in written:
        for original, said in zip((one.text, one.many), one.translations, strict=False):
            for edge in (r"^\s*", r"\s*$", r"[.:?…]?\s*$"):
                assert re.search(edge, said)[0] == re.search(edge, original)[0], original


def test_norwegian_quotes_are_angular(written):
    assert [one.text for one in written if re.search("[“”]", "".join(one.translations))] == []
