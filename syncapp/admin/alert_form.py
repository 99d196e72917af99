"""What an owner says of somebody who is told."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.generic import ModelForm
from syncapp.models.alerts import AlertRecipient, Cause


class RecipientForm(ModelForm):
    causes = forms.MultipleChoiceField(
        label=gettext_lazy("Is told when"),
        choices=Cause.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[cause.value for cause in Cause],
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = AlertRecipient
        fields = ("name", "email", "integration", "causes", "failing_above", "allowance_above",
                  "digest_minutes", "quiet_from", "quiet_until", "time_zone", "language",
                  "urgent_at_once", "is_on")  # fmt: skip
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones: Any = self.fields["time_zone"]
        zones.choices = [(zone, zone) for zone in sorted(available_timezones())]
        whose: Any = self.fields["integration"]
        whose.empty_label = _("All integrations")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if bool(said.get("quiet_from")) != bool(said.get("quiet_until")):
            self.add_error("quiet_until", _("Say when the quiet begins and when it ends."))
        if not said.get("email") and "email" not in self.errors and not settings.ALERT_WEBHOOK_URL:
            self.add_error("email", _("Without ALERT_WEBHOOK_URL only an e-mail address will do."))
        return said
