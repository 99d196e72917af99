"""What happened, for people and for the vendors' quotas."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from syncapp.errors import InvariantBroken
from syncapp.models.accounts import Connection, Integration
from syncapp.models.choices import ENTITIES, SIDES
from syncapp.models.records import RecordLink
from syncapp.models.sentences import SentenceField


class SyncRun(models.Model):
    """One pass over an integration."""

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", "Schedule"
        PERSON = "person", "A person"
        COMMAND = "command", "Command line"
        WEBHOOK = "webhook", "Webhook"

    class Outcome(models.TextChoices):
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        INTERRUPTED = "interrupted", "Interrupted"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="runs")
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    started_at = models.DateTimeField("started", default=timezone.now)
    ended_at = models.DateTimeField("ended", null=True, blank=True)
    outcome = models.CharField(
        max_length=12, choices=Outcome.choices, blank=True, help_text="Empty while it runs."
    )
    counts = models.JSONField("records by entity and state", default=dict, blank=True)
    api_calls = models.JSONField("calls by vendor", default=dict, blank=True)
    writes = models.PositiveIntegerField(default=0)
    error = SentenceField(blank=True)
    fencing = models.BigIntegerField("fencing number", default=0)
    step = models.CharField("doing", max_length=100, blank=True)
    step_done = models.PositiveIntegerField("records of this step", default=0)
    step_total = models.PositiveIntegerField("of", null=True, blank=True)

    class Meta:
        verbose_name = "pass"
        verbose_name_plural = "passes"
        ordering = ("-started_at", "-id")
        indexes = [models.Index(fields=("integration", "-started_at"), name="run_by_start")]

    def __str__(self) -> str:
        return f"Pass {self.pk} of {self.started_at:%Y-%m-%d %H:%M}"


class Brake(models.Model):
    """A pass was stopped because it would have made or taken away unusually much. It holds until
    a person releases it, or nothing unusual is planned any more."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="brakes")
    pulled_at = models.DateTimeField("pulled", default=timezone.now)
    planned = models.JSONField(
        default=list, help_text="Per kind, entity and side: how many, and how many may go."
    )
    sentence = SentenceField("what would have happened")
    released_at = models.DateTimeField("released", null=True, blank=True)
    released_by = models.CharField(max_length=150, blank=True, help_text="Empty: by itself.")
    is_spent = models.BooleanField(
        default=False, help_text="What was confirmed is done; the next time asks again."
    )

    class Meta:
        ordering = ("-pulled_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=("integration",),
                condition=models.Q(released_at__isnull=True),
                name="one_brake_is_pulled",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence


class Heartbeat(models.Model):
    """When a task of a worker last ran. Written by a task of the queue itself; anything else could
    live while the queue is jammed."""

    ENDED = "(ended)"  # no host is called so: of all that were taken out of service

    name = models.CharField(primary_key=True, max_length=50)
    at = models.DateTimeField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"

    @classmethod
    def beat(cls, name: str = "") -> None:
        name = name or settings.WORKER_NAME
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})

    @classmethod
    def end(cls) -> None:
        """This worker was stopped by somebody: nobody is to miss it, but it was the last one."""
        ended = cls.objects.filter(name=settings.WORKER_NAME).first()
        if ended is not None:
            cls.objects.update_or_create(name=cls.ENDED, defaults={"at": ended.at})
            ended.delete()


class ApiUsage(models.Model):
    """Calls of one day (UTC) to one account; reads of QuickBooks are metered."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="usage")
    day = models.DateField()
    calls = models.PositiveIntegerField(default=0)
    reads = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "API usage"
        verbose_name_plural = "API usage"
        ordering = ("-day", "connection")
        constraints = [
            models.UniqueConstraint(fields=("connection", "day"), name="one_usage_row_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.calls}"


class Told(models.QuerySet["SyncActivity"]):
    """What was told is never told otherwise; to which record it belongs may change, when two
    links become one."""

    def update(self, **fields: Any) -> int:
        if set(fields) - {"link", "run", "intent"}:
            raise InvariantBroken("What happened to a record is not changed afterwards.")
        return super().update(**fields)

    def delete(self) -> NoReturn:
        raise InvariantBroken("What happened to a record is forgotten by its age only.")

    def forget(self) -> int:
        """For the upkeep, which knows what is old."""
        return super().delete()[0]


class SyncActivity(models.Model):
    """What happened to one record. Append-only: overwritten values are kept here."""

    # neither has an index of its own: those below begin with it
    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="activity", db_index=False
    )
    run = models.ForeignKey(
        SyncRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="activity"
    )
    link = models.ForeignKey(
        RecordLink,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="activity",
        db_index=False,
    )
    intent = models.ForeignKey(
        "syncapp.WriteIntent", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entity = models.CharField(max_length=10, choices=ENTITIES)
    side = models.CharField("written to", max_length=10, choices=SIDES, blank=True)
    action = models.CharField(max_length=30)
    changes = models.JSONField(
        default=list, blank=True, help_text="Per field: its name, the value before and after."
    )
    category = models.CharField("reason", max_length=60, blank=True)
    sentence = SentenceField(blank=True)
    vendor_request_id = models.CharField("vendor's request id", max_length=100, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = Told.as_manager()

    class Meta:
        verbose_name = "activity"
        verbose_name_plural = "activity"
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=("link", "-at"), name="activity_by_link"),
            models.Index(fields=("integration", "-at"), name="activity_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_entity_display()} {self.action}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise InvariantBroken("What happened to a record is not changed afterwards.")
        super().save(*args, **options)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise InvariantBroken("What happened to a record is forgotten by its age only.")
