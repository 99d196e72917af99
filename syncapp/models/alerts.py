"""What has to be told to people who look at no page: what stands, to whom, and what was told."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from syncapp.models.accounts import Integration


class Cause(models.TextChoices):
    RECONNECT = "reconnect", _("An account must be reconnected")
    BRAKE = "brake", _("The safety brake stopped a pass")
    WORKER = "worker", _("The worker does nothing")
    FAILING = "failing", _("Records fail")
    ALLOWANCE = "allowance", _("The QuickBooks allowance is nearly used")


URGENT = frozenset({Cause.RECONNECT, Cause.BRAKE, Cause.WORKER})


class AlertRecipient(models.Model):
    """Somebody, or a program at ALERT_WEBHOOK_URL, and what they want to be told."""

    name = models.CharField(_("Name"), max_length=100, unique=True)
    email = models.EmailField(
        _("E-mail address"),
        blank=True,
        help_text=_("Empty: the program at ALERT_WEBHOOK_URL is told, not a person."),
    )
    integration = models.ForeignKey(
        Integration,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="alert_recipients",
        verbose_name=_("Only about"),
        help_text=_("Empty: about all integrations."),
    )
    causes = models.JSONField(_("Is told when"), default=list)
    failing_above = models.PositiveIntegerField(
        _("Failing records to bear"),
        default=0,
        help_text=_("Told when more than this many records fail for one cause."),
    )
    allowance_above = models.PositiveSmallIntegerField(
        _("Per cent of the allowance"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Told when more than this share of the month's QuickBooks reads is used."),
    )
    digest_minutes = models.PositiveIntegerField(
        _("Minutes to gather"),
        default=15,
        validators=[MaxValueValidator(24 * 60)],
        help_text=_("What comes up meanwhile is told together. 0: each at once."),
    )
    quiet_from = models.TimeField(_("Quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(
        _("Quiet until"),
        null=True,
        blank=True,
        help_text=_("Between the two nothing is sent; it comes afterwards."),
    )
    time_zone = models.CharField(_("Time zone"), max_length=50, default="UTC")
    language = models.CharField(_("Language"), max_length=10, default=settings.LANGUAGE_CODE)
    urgent_at_once = models.BooleanField(
        _("Urgent ones at once"),
        default=True,
        help_text=_("Accounts to reconnect, the brake and the worker wait for no quiet hours."),
    )
    is_on = models.BooleanField(_("On"), default=True)
    telling_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="A worker is at it until then."
    )

    class Meta:
        verbose_name = "recipient of alerts"
        verbose_name_plural = "recipients of alerts"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Alert(models.Model):
    """One cause, from when it came up until it healed."""

    key = models.CharField(max_length=150, help_text="What it is about; ids only.")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts"
    )
    category = models.CharField(max_length=60, blank=True)
    number = models.PositiveIntegerField(default=0, help_text="Records, or per cent.")
    subject = models.CharField(max_length=100, blank=True, help_text="Name of the account.")
    begun_at = models.DateTimeField("came up", default=timezone.now)
    solved_at = models.DateTimeField("solved", null=True, blank=True)

    class Meta:
        ordering = ("-begun_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=("key",),
                condition=models.Q(solved_at__isnull=True),
                name="one_alert_per_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} since {self.begun_at:%Y-%m-%d %H:%M}"


class AlertDelivery(models.Model):
    """That somebody is told that it came up, or that it is solved; once."""

    class News(models.TextChoices):
        BEGUN = "begun", "It came up"
        SOLVED = "solved", "It is solved"

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.ForeignKey(
        AlertRecipient, on_delete=models.CASCADE, related_name="deliveries"
    )
    news = models.CharField(max_length=6, choices=News.choices)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "sent alert"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("alert", "recipient", "news"), name="each_news_is_told_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=("due_at",),
                condition=models.Q(sent_at__isnull=True),
                name="delivery_by_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.news} to {self.recipient_id}"
