"""What the vendors told us unasked: only which records, never what stands in them."""

from django.db import models
from django.utils import timezone

from syncapp.models.accounts import Integration
from syncapp.models.choices import ENTITIES, SIDES
from syncapp.models.records import RECORD_ID_LENGTH


class WebhookDelivery(models.Model):
    """One event about one record, verified and stored once however often it arrives. The next
    pass looks at the record; what the event says of it is not kept."""

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="deliveries"
    )
    side = models.CharField(max_length=10, choices=SIDES)
    entity = models.CharField(max_length=10, choices=ENTITIES)
    record_id = models.CharField(
        max_length=RECORD_ID_LENGTH,
        blank=True,
        help_text="Empty: something that belongs to records of this kind.",
    )
    event = models.CharField(max_length=60)
    key = models.CharField(max_length=64, help_text="The same for every repetition of the event.")
    received_at = models.DateTimeField("received", default=timezone.now)
    taken_at = models.DateTimeField("taken up by a pass", null=True, blank=True)

    class Meta:
        verbose_name = "webhook event"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=("integration", "key"), name="an_event_is_stored_once"),
        ]
        indexes = [
            models.Index(
                fields=("integration", "id"),
                condition=models.Q(taken_at__isnull=True),
                name="delivery_waiting",
            ),
            models.Index(fields=("received_at",), name="delivery_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.record_id}"


class WebhookTally(models.Model):
    """Events of one account in one hour (UTC). What is refused belongs to no account: nothing in
    it can be believed."""

    vendor = models.CharField(max_length=10, choices=SIDES)
    account_id = models.CharField("portal or realm id", max_length=64, blank=True)
    hour = models.DateTimeField()
    accepted = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0, help_text="They were known already.")
    ignored = models.PositiveIntegerField(
        default=0, help_text="About an account or a kind of record that is not synced."
    )
    refused = models.PositiveIntegerField(default=0, help_text="Not signed as they should be.")
    last_at = models.DateTimeField("last")

    class Meta:
        verbose_name = "webhooks by the hour"
        verbose_name_plural = "webhooks by the hour"
        ordering = ("-hour", "vendor", "account_id")
        constraints = [
            models.UniqueConstraint(
                fields=("vendor", "account_id", "hour"), name="one_tally_per_hour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.account_id} {self.hour:%Y-%m-%d %H}"
