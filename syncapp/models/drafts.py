"""What people set up and have not saved yet."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext

from syncapp.models.accounts import Connection, Integration
from syncapp.models.choices import ENTITIES
from syncapp.models.rules import SyncRule


class RuleDraft(models.Model):
    """One rule on its way through the wizard. There is one at a time for each object, so that two
    people work on the same one; a saved one stays, so that saving twice is noticed."""

    class Step(models.TextChoices):
        CONFIGURE = "configure", "Configure"
        LIMIT = "limit", "Limit"
        REVIEW = "review", "Review"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="drafts")
    entity = models.CharField(max_length=10, choices=ENTITIES)
    rule = models.ForeignKey(
        SyncRule,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        help_text="The one that is edited; empty while there is none.",
    )
    based_on = models.PositiveIntegerField(
        "version of the rule it was made from", null=True, blank=True
    )
    data = models.JSONField("document", default=dict, help_text="As in a configuration file.")
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.CONFIGURE)
    version = models.PositiveIntegerField(default=1, help_text="Counts the changes.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-changed_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("integration", "entity"),
                condition=models.Q(saved_at__isnull=True),
                name="one_open_draft_per_entity",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(rule)s, draft") % {
            "rule": f"{self.integration}: {gettext(f'{self.entity}s')}"
        }


class DraftRehearsal(models.Model):
    """What saving a draft would do, worked out by the worker. It holds for this version only."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    draft = models.ForeignKey(RuleDraft, on_delete=models.CASCADE, related_name="rehearsals")
    draft_version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    doing = models.CharField("step", max_length=100, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder, blank=True)
    message = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField("last sign of life", auto_now=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.draft}, {self.get_state_display().lower()}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)


class AccountFields(models.Model):
    """What an account said of its own fields a short while ago, so that a page need not ask it
    again. `about`: an entity, an object associated with it, or a list to choose from."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    entity = models.CharField(max_length=10)
    about = models.CharField(max_length=50)
    fields = models.JSONField(default=list)
    read_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "account fields"
        ordering = ("connection", "entity", "about")
        constraints = [
            models.UniqueConstraint(
                fields=("connection", "entity", "about"), name="fields_are_kept_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connection}: {self.about}"
