"""Whose accounts are synced with whom, and which worker is at it."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from syncapp.engine.records import Side
from syncapp.models.choices import SIDES
from syncapp.models.encrypted import EncryptedTextField, SealedRow
from syncapp.models.sentences import SentenceField

LEAST_INTERVAL_SECONDS = 60  # the queue looks at its schedules about twice a minute


class Connection(SealedRow):
    """Our credentials for one account on one side: a HubSpot portal or a QuickBooks company."""

    when_unreadable = "reconnect the account"

    name = models.CharField(max_length=100, unique=True)
    vendor = models.CharField(max_length=10, choices=SIDES)
    account_id = models.CharField(
        "portal or realm id", max_length=64, help_text="HubSpot portal id or QuickBooks realm id."
    )
    access_token = EncryptedTextField("access token")
    refresh_token = EncryptedTextField(
        "refresh token", blank=True, help_text="Empty: the access token does not expire."
    )
    previous_refresh_token = EncryptedTextField(
        "previous refresh token",
        blank=True,
        help_text="Tried once when the answer that carried its successor was lost.",
    )
    expires_at = models.DateTimeField("access token expires", null=True, blank=True)
    refresh_expires_at = models.DateTimeField("refresh token expires", null=True, blank=True)
    hard_expires_at = models.DateTimeField(
        "consent ends",
        null=True,
        blank=True,
        help_text="Renewing does not move it: the account must be connected again before.",
    )
    tested_at = models.DateTimeField("last tested", null=True, blank=True)
    test_finding = SentenceField(
        "found by the last test", blank=True, help_text="Empty: the account answered."
    )
    refresh_holder = models.CharField("refreshed by", max_length=64, blank=True)
    refresh_until = models.DateTimeField("refresh to be done by", null=True, blank=True)
    needs_reconnect = models.BooleanField(
        default=False, help_text="The vendor no longer accepts our grant; nothing is called."
    )
    reconnect_reason = SentenceField(blank=True)
    configured_with = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Fingerprint of the tokens a person gave; the same ones again change nothing.",
    )
    account = models.JSONField(
        "facts about the account", default=dict, blank=True, help_text="As the vendor told us."
    )
    prepared_version = models.PositiveIntegerField(
        default=0, help_text="Which version of our custom properties this account has."
    )
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text="The vendor asked us to wait until then."
    )
    created_at = models.DateTimeField("connected", auto_now_add=True)
    updated_at = models.DateTimeField("changed", auto_now=True)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("vendor", "account_id"),
                name="one_connection_per_account",
                violation_error_message="This account is already connected.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def side(self) -> Side:
        return Side(self.vendor)


class Integration(models.Model):
    """One HubSpot portal and one QuickBooks company whose records are kept alike."""

    name = models.CharField(max_length=100, unique=True)
    hubspot = models.ForeignKey(
        Connection,
        on_delete=models.PROTECT,
        related_name="hubspot_integrations",
        limit_choices_to={"vendor": Side.HUBSPOT.value},
        verbose_name="HubSpot connection",
    )
    quickbooks = models.ForeignKey(
        Connection,
        on_delete=models.PROTECT,
        related_name="quickbooks_integrations",
        limit_choices_to={"vendor": Side.QUICKBOOKS.value},
        verbose_name="QuickBooks connection",
    )
    is_paused = models.BooleanField(
        "paused", default=False, help_text="Nothing is read or written until you go on."
    )
    interval_seconds = models.PositiveIntegerField(
        "seconds between passes",
        default=LEAST_INTERVAL_SECONDS,
        validators=[MinValueValidator(LEAST_INTERVAL_SECONDS)],
    )
    confirm_initial_load = models.BooleanField(
        default=False, help_text="Ask a person before the first load writes anything."
    )
    golive = models.JSONField(
        "findings of the go-live check", default=list, blank=True, editable=False
    )
    golive_at = models.DateTimeField("last go-live check", null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        permissions = [
            ("view", "May see the pages of the sync"),
            ("operate", "May retry, sync now, exclude and link"),
            ("configure", "May change rules, mappings and filters, and switch the sync"),
            ("own", "May change connections and people, and release the brake"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("hubspot", "quickbooks"),
                name="one_integration_per_pair",
                violation_error_message="These two accounts are already synced with each other.",
            ),
            models.CheckConstraint(
                condition=models.Q(interval_seconds__gte=LEAST_INTERVAL_SECONDS),
                name="interval_is_a_minute_or_more",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Whose days the company's are: the HubSpot portal's."""
        name = self.hubspot.account.get("time_zone") or settings.TIME_ZONE
        try:
            return ZoneInfo(name)
        except (ValueError, ZoneInfoNotFoundError):
            return ZoneInfo(settings.TIME_ZONE)

    def connection(self, side: Side) -> Connection:
        return self.hubspot if side is Side.HUBSPOT else self.quickbooks


class Lease(models.Model):
    """Which worker may work on an integration now. The fencing number only grows: a worker that
    was overtaken recognises by it that it must not commit anything more."""

    integration = models.OneToOneField(Integration, on_delete=models.CASCADE)
    holder = models.CharField(max_length=100, blank=True)
    fencing = models.BigIntegerField("fencing number", default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField(
        null=True, blank=True, help_text="A task that looks at it is on its way since then."
    )

    class Meta:
        ordering = ("integration_id",)

    def __str__(self) -> str:
        return f"{self.integration_id}: {self.holder or 'free'} ({self.fencing})"
