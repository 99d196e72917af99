"""Which language and time zone a person chooses."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from syncapp.admin.access.reading import zones
from syncapp.admin.scaffold import Text

# Old names that stand in the list for reasons of compatibility only
_PLACES = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
           "Indian", "Pacific")  # fmt: skip


def _zone_choices() -> list[tuple[str, Text]]:
    places = sorted(name for name in zones() if name.split("/")[0] in _PLACES)
    return [
        ("", _("As my browser says")),
        ("UTC", "UTC"),
        *((name, name.replace("_", " ")) for name in places),
    ]


class ReadingForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language, and how dates and amounts are written"),
        required=False,
        choices=[("", _("As my browser says")), *settings.LANGUAGES],
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=_zone_choices,
        widget=forms.Select(attrs={"data-zone": ""}),
    )
