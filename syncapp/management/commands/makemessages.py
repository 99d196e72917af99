"""Django's own, which also finds what the engine says: it imports no Django, so its sentences are
marked with functions of their own, and its tables are read as what they are."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.commands import makemessages

from syncapp.management.texts import texts_of_tables

_MARKS = ("said:1", "said_many:1,2")
_NOT_OURS = ("tests", "tests/*", "sandbox", "sandbox/*", ".venv*", "staticfiles", "script")


class Command(makemessages.Command):
    xgettext_options = [
        *makemessages.Command.xgettext_options,
        *(f"--keyword={mark}" for mark in _MARKS),
    ]

    def handle(self, *args: Any, **options: Any) -> None:
        options["ignore_patterns"] = [*options["ignore_patterns"], *_NOT_OURS]
        options["no_location"] = True  # lines move all the time
        options["locale"] = options["locale"] or ["nb"]
        with TemporaryDirectory() as folder:
            self.tables = Path(folder)
            super().handle(*args, **options)

    def find_files(self, root: str) -> list[Any]:
        lines = [f"gettext_noop({text!r})\n" for text in texts_of_tables()]
        (self.tables / "tables.py").write_text("".join(lines), encoding="utf-8")
        found: list[Any] = super().find_files(root)
        place = self.default_locale_path  # of the first of LOCALE_PATHS, which a test may change
        for one in found:
            one.locale_dir = place
        return [*found, self.translatable_file_class(str(self.tables), "tables.py", place)]
