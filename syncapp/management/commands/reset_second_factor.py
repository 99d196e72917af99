"""`manage.py reset_second_factor NAME`: for an owner who lost the phone and the recovery codes,
with no other owner who could do it on the page *People*."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from syncapp.pipeline.signed_in import reset_second_factor


class Command(BaseCommand):
    help = "Take a person's lost second factor away and sign them out everywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the username")

    def handle(self, *, name: str, **_: Any) -> None:
        people = get_user_model().objects
        person = people.filter(username=name).first()
        if person is None:
            known = ", ".join(people.order_by("username").values_list("username", flat=True))
            raise CommandError(f"Nobody is called “{name}”. There are: {known}.", returncode=2)
        count = reset_second_factor(person)
        self.stdout.write(
            f"{name} has no second factor any more and is signed out ({count}). The password alone"
            " leads to setting up a new one."
        )
