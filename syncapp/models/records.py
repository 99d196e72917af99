"""What we know of the records: their links, what may have changed, and how far we have read."""

from collections.abc import Sequence

from django.db import models
from django.utils import timezone

from syncapp.engine.plan import State
from syncapp.engine.records import Side
from syncapp.models.accounts import Integration
from syncapp.models.bulk import update_all
from syncapp.models.choices import ENTITIES, SIDES, STATES
from syncapp.models.finding import folded, last_word
from syncapp.models.sentences import FactsField

RECORD_ID_LENGTH = 100
KEY_LENGTH = 200
LABEL_LENGTH = 255


class RecordLink(models.Model):
    """A record in scope, linked or not: excluded, waiting and failing ones are counted too."""

    # no index of its own: many begin with it
    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="links", db_index=False
    )
    entity = models.CharField(max_length=10, choices=ENTITIES)
    # NULL, not "", where a side has no record: unique constraints must let many of them be.
    hubspot_id = models.CharField(  # noqa: DJ001
        "HubSpot id", max_length=RECORD_ID_LENGTH, null=True, blank=True
    )
    quickbooks_id = models.CharField(  # noqa: DJ001
        "QuickBooks id", max_length=RECORD_ID_LENGTH, null=True, blank=True
    )
    # By what the record is recognised (engine.match.key_text): our own index, never late.
    hubspot_key = models.CharField(max_length=KEY_LENGTH, blank=True)
    quickbooks_key = models.CharField(max_length=KEY_LENGTH, blank=True)
    origin = models.CharField("born in", max_length=10, choices=SIDES, blank=True)
    hubspot_version = models.CharField(max_length=100, blank=True)
    quickbooks_version = models.CharField(max_length=100, blank=True)
    baseline_hubspot = models.JSONField("last agreed in HubSpot", null=True, blank=True)
    baseline_quickbooks = models.JSONField("last agreed in QuickBooks", null=True, blank=True)
    state = models.CharField(max_length=14, choices=STATES, default=State.WAITING.value)
    category = models.CharField("reason", max_length=60, blank=True)
    facts = FactsField(default=dict, blank=True)
    sentence = models.TextField("what to do", blank=True)
    heals_itself = models.BooleanField(default=False)
    label = models.CharField("known as", max_length=LABEL_LENGTH, blank=True)
    # the same as it is searched; folding may make two letters of one
    search_name = models.CharField(max_length=2 * LABEL_LENGTH, blank=True, editable=False)
    search_word = models.CharField(max_length=2 * LABEL_LENGTH, blank=True, editable=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    generation = models.PositiveIntegerField(
        default=0, help_text="Definite answers to creates so far; a new copy gets the next one."
    )
    line_pairs = models.JSONField("which line is which", default=dict, blank=True)
    decisions = models.JSONField("what a person decided", default=dict, blank=True)
    is_untold = models.BooleanField(
        default=False, help_text="The seller has not been told yet how it stands."
    )
    told = models.CharField(
        "what the seller was told", max_length=32, blank=True, help_text="Its fingerprint."
    )
    told_version = models.CharField(
        "version after our note", max_length=100, blank=True, help_text="Nobody else changed it."
    )
    attempts = models.PositiveIntegerField("tries", default=0)
    next_try_at = models.DateTimeField("next try", null=True, blank=True)
    seen_at = models.DateTimeField("last read", null=True, blank=True)
    state_since = models.DateTimeField("in this state since", default=timezone.now)
    created_at = models.DateTimeField("first seen", auto_now_add=True)
    updated_at = models.DateTimeField("changed", auto_now=True)

    class Meta:
        verbose_name = "record"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("integration", "entity", "hubspot_id"),
                condition=models.Q(hubspot_id__isnull=False),
                name="one_link_per_hubspot_record",
            ),
            models.UniqueConstraint(
                fields=("integration", "entity", "quickbooks_id"),
                condition=models.Q(quickbooks_id__isnull=False),
                name="one_link_per_quickbooks_record",
            ),
            models.CheckConstraint(
                condition=models.Q(hubspot_id__isnull=False)
                | models.Q(quickbooks_id__isnull=False),
                name="a_link_has_an_id",
            ),
        ]
        indexes = [
            # of each cause on the failure desk: its records, the newest, the next that is tried
            models.Index(
                fields=("integration", "state", "category", "-id", "entity"),
                name="link_newest_by_cause",
            ),
            models.Index(
                fields=("integration", "state", "category", "next_try_at"),
                condition=models.Q(next_try_at__isnull=False),
                name="link_next_by_cause",
            ),
            # the orders of the record view, whatever is filtered
            models.Index(fields=("integration", "-id"), name="link_newest"),
            models.Index(fields=("integration", "state", "-id"), name="link_newest_by_state"),
            models.Index(fields=("integration", "entity", "-id"), name="link_newest_by_entity"),
            models.Index(
                fields=("integration", "entity", "state", "-id"), name="link_newest_by_both"
            ),
            *(
                models.Index(
                    fields=("integration", "-id"),
                    condition=models.Q(**{f"{side.value}_id__isnull": True}),
                    name=f"link_newest_not_in_{side.value}",
                )
                for side in Side
            ),
            models.Index(fields=("integration", "amount", "id"), name="link_by_amount"),
            # PostgreSQL compares beginnings by bytes with these
            models.Index(
                fields=("integration", "search_name"),
                opclasses=("int8_ops", "varchar_pattern_ops"),
                name="link_by_search_name",
            ),
            models.Index(
                fields=("integration", "search_word"),
                opclasses=("int8_ops", "varchar_pattern_ops"),
                name="link_by_search_word",
            ),
            models.Index(fields=("integration", "label", "id"), name="link_by_label"),
            models.Index(fields=("integration", "-state_since", "-id"), name="link_by_since"),
            models.Index(
                fields=("integration", "entity", "hubspot_key"), name="link_by_hubspot_key"
            ),
            models.Index(
                fields=("integration", "entity", "quickbooks_key"), name="link_by_quickbooks_key"
            ),
            models.Index(
                fields=("integration", "id"),
                condition=models.Q(is_untold=True),
                name="link_by_untold",
            ),
            # across the companies that share a portal: two must never book one document
            # without the empty ones: SQLite would look for those here, past their own index
            models.Index(
                fields=("entity", "hubspot_id"),
                condition=models.Q(hubspot_id__isnull=False),
                name="link_by_hubspot_id",
            ),
        ]

    def __str__(self) -> str:
        name = self.label or self.hubspot_id or self.quickbooks_id
        return f"{self.get_entity_display()} {name}"

    def call(self, label: str) -> None:
        """The one way to name a record: what it is searched by goes with it."""
        self.label = label[:LABEL_LENGTH]
        self.search_name = folded(self.label)[: 2 * LABEL_LENGTH]
        self.search_word = last_word(self.search_name)

    @property
    def is_linked(self) -> bool:
        return self.hubspot_id is not None and self.quickbooks_id is not None

    @classmethod
    def save_all_known(cls, links: Sequence["RecordLink"]) -> None:
        """All but what a person decided, perhaps while the records were being worked on, and what
        never changes: it begins nearly every index, each of which would be written anew."""
        kept = {"id", "decisions", "created_at", "integration", "entity"}
        names = [field.name for field in cls._meta.concrete_fields]
        update_all(links, [name for name in names if name not in kept])

    def save_known(self) -> None:
        self.save_all_known([self])

    def id_on(self, side: Side) -> str | None:
        return self.hubspot_id if side is Side.HUBSPOT else self.quickbooks_id


class RecordReference(models.Model):
    """A record refers to its customer, invoice or items; when those change it is decided again."""

    link = models.ForeignKey(RecordLink, on_delete=models.CASCADE, related_name="references")
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE)
    side = models.CharField(max_length=10, choices=SIDES)
    entity = models.CharField(max_length=10, choices=ENTITIES)
    record_id = models.CharField(max_length=RECORD_ID_LENGTH)

    class Meta:
        verbose_name = "reference"
        ordering = ("link_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("link", "side", "entity", "record_id"), name="a_reference_stands_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=("integration", "side", "entity", "record_id", "-link"),
                name="reference_by_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.entity} {self.record_id}"


class PendingChange(models.Model):
    """The inbox: this record may have changed. The row is the queue."""

    class Priority(models.IntegerChoices):
        FRESH = 0, "Fresh change"
        INITIAL = 1, "Initial load"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="pending")
    entity = models.CharField(max_length=10, choices=ENTITIES)
    side = models.CharField(max_length=10, choices=SIDES)
    record_id = models.CharField(max_length=RECORD_ID_LENGTH)
    dirty = models.PositiveIntegerField(
        default=1, help_text="Grows with each change; a row is done only if it has not grown since."
    )
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField("tries", default=0)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.FRESH)
    is_harmless = models.BooleanField(
        "was planned ahead",
        default=False,
        db_default=False,  # a worker of the version before knows nothing of it
        help_text="Nothing came of it that the safety brake counts, and it has not changed since.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("due_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("integration", "entity", "side", "record_id"), name="a_record_waits_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=("integration", "due_at", "priority", "entity"), name="pending_by_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.entity} {self.record_id}"


class ChangeCursor(models.Model):
    """How far one side has been read for one entity."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="cursors")
    side = models.CharField(max_length=10, choices=SIDES)
    entity = models.CharField(max_length=10, choices=ENTITIES)
    since = models.DateTimeField("read up to", null=True, blank=True)
    page = models.TextField("in the middle of", blank=True)
    listing_began_at = models.DateTimeField(
        "listing began", null=True, blank=True, help_text="The last reading of every record."
    )
    polled_at = models.DateTimeField("last read to the end", null=True, blank=True)
    announced_at = models.DateTimeField("last webhook about it", null=True, blank=True)
    missed_at = models.DateTimeField(
        "last change without a webhook",
        null=True,
        blank=True,
        help_text="Until the next webhook it is read in every pass again.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "cursor"
        ordering = ("integration", "side", "entity")
        constraints = [
            models.UniqueConstraint(
                fields=("integration", "side", "entity"), name="one_cursor_per_entity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.entity}"

    @property
    def is_announced(self) -> bool:
        """Webhooks about this arrive, and none has been missed since: it need not be polled in
        every pass. After a missed one a poll comes first."""
        if self.announced_at is None or self.missed_at is None:
            return self.announced_at is not None
        was_read = self.polled_at is not None and self.polled_at > self.missed_at
        return was_read and self.announced_at > self.missed_at


class OwnLine(models.Model):
    """A line item in HubSpot as our own write left it: seen again like this, it is no news."""

    # no index of its own: the others begin with it
    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="own_lines", db_index=False
    )
    hubspot_id = models.CharField("HubSpot id", max_length=RECORD_ID_LENGTH)
    version = models.CharField(max_length=100)
    left_at = models.DateTimeField("written")

    class Meta:
        verbose_name = "own line item"
        ordering = ("integration", "hubspot_id")
        constraints = [
            models.UniqueConstraint(
                fields=("integration", "hubspot_id"), name="one_version_per_line"
            ),
        ]
        indexes = [models.Index(fields=("integration", "left_at"), name="own_line_by_age")]

    def __str__(self) -> str:
        return self.hubspot_id
