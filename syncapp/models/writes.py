"""The outbox: what we are about to write at a vendor, committed before it is sent."""

from django.db import models

from syncapp.models.accounts import Integration
from syncapp.models.choices import ENTITIES, SIDES
from syncapp.models.records import RECORD_ID_LENGTH, RecordLink
from syncapp.models.runs import SyncRun


class WriteBatch(models.Model):
    """Writes that travelled in one call under one id; after silence they are never regrouped."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="batches")
    batch_id = models.CharField(max_length=40, unique=True)
    side = models.CharField(max_length=10, choices=SIDES)
    members = models.JSONField(help_text="The request ids, in the order they were sent.")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "write batches"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.batch_id


class WriteIntent(models.Model):
    """One remote write under an id that stays the same however often it must be sent."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        SUPERSEDED = "superseded", "Superseded"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="intents")
    link = models.ForeignKey(
        RecordLink, on_delete=models.CASCADE, null=True, blank=True, related_name="intents"
    )
    run = models.ForeignKey(SyncRun, on_delete=models.SET_NULL, null=True, blank=True)
    side = models.CharField("written to", max_length=10, choices=SIDES)
    entity = models.CharField(max_length=10, choices=ENTITIES)
    operation = models.CharField(max_length=10)
    source_id = models.CharField(max_length=RECORD_ID_LENGTH, blank=True)
    target_id = models.CharField(max_length=RECORD_ID_LENGTH, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    generation = models.PositiveIntegerField(default=0)
    request_id = models.CharField(max_length=40, unique=True)
    batch = models.ForeignKey(
        WriteBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="intents"
    )
    body = models.JSONField("what is written")
    plan = models.JSONField("what is settled when it is confirmed", default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    attempts = models.PositiveIntegerField("times sent", default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    vendor_request_id = models.CharField("vendor's request id", max_length=100, blank=True)
    fencing = models.BigIntegerField("fencing number", default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("integration", "state"), name="intent_by_state")]

    def __str__(self) -> str:
        return f"{self.operation} {self.entity} {self.request_id}"
