"""Every version of a rule that was ever saved, so that people can look back and go back."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from syncapp.models.rules import SyncRule


class RuleVersion(models.Model):
    rule = models.ForeignKey(SyncRule, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField(
        "document", encoder=DjangoJSONEncoder, help_text="As in a configuration file."
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: a command.",
    )
    saved_at = models.DateTimeField("saved", default=timezone.now)

    class Meta:
        verbose_name = "version of a rule"
        verbose_name_plural = "versions of rules"
        ordering = ("rule", "-number")
        constraints = [
            models.UniqueConstraint(fields=("rule", "number"), name="one_version_per_number"),
        ]

    def __str__(self) -> str:
        return gettext("%(rule)s, version %(number)s") % {
            "rule": self.rule,
            "number": self.number,
        }
