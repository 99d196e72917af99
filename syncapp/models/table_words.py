"""The names of our tables and columns in the reader's language: Django's own pages and the history
of changes show them. Models name them in English, once and for all of them here."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy


def translate_tables() -> None:
    """Before anything is shown. Migrations see what models say: both are equal."""
    for model in apps.get_app_config("syncapp").get_models():
        meta: Any = model._meta
        for name in ("verbose_name", "verbose_name_plural"):
            setattr(meta, name, gettext_lazy(str(getattr(meta, name))))
        for field in meta.local_fields:
            field.verbose_name = gettext_lazy(str(field.verbose_name))
            field.help_text = gettext_lazy(str(field.help_text)) if field.help_text else ""
            if field.choices:
                field.choices = [
                    (value, gettext_lazy(str(words))) for value, words in field.choices
                ]


def words_of_tables() -> Iterator[str]:
    for model in apps.get_app_config("syncapp").get_models():
        meta: Any = model._meta
        yield from (str(meta.verbose_name), str(meta.verbose_name_plural))
        for field in meta.local_fields:
            yield from (str(field.verbose_name), str(field.help_text))
            yield from (str(words) for _, words in field.choices or ())
