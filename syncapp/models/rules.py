"""What an admin chose for one entity of one integration."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.engine.transforms import TransformError, parsed
from syncapp.models.accounts import Integration
from syncapp.models.choices import CONFLICT_POLICIES, DIRECTIONS, ENTITIES, ONE_WAY

DEFAULT_MATCHING = ""
NO_MATCHING = "none"


class SyncRule(models.Model):
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="rules")
    entity = models.CharField(max_length=10, choices=ENTITIES)
    direction = models.CharField(
        max_length=13, choices=DIRECTIONS, default=Direction.BOTH.value, help_text="Where to."
    )
    conflict = models.CharField(
        "on conflict",
        max_length=10,
        choices=CONFLICT_POLICIES,
        default=ConflictPolicy.HUBSPOT.value,
        help_text="Whose value counts when a field was changed on both sides.",
    )
    is_on = models.BooleanField("on", default=False)
    match_on = models.CharField(
        "match by",
        max_length=520,
        blank=True,
        default=DEFAULT_MATCHING,
        help_text=(
            "A mapped QuickBooks field, or any two as “property=Field”; empty for the usual one,"
            " “none” to match nothing."
        ),
    )
    options = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(
        "outbound since",
        null=True,
        blank=True,
        help_text="When HubSpot to QuickBooks was first switched on; older records stay behind.",
    )
    announced = models.JSONField(
        "announced creates",
        default=dict,
        blank=True,
        help_text="By side, how many records a person expects the initial load to make; null: any"
        " number. Empty once the load is over.",
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField("changed", auto_now=True)

    class Meta:
        verbose_name = "rule"
        ordering = ("integration", "id")
        constraints = [
            models.UniqueConstraint(fields=("integration", "entity"), name="one_rule_per_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.integration}: {gettext(f'{self.entity}s')}"


class FieldMapping(models.Model):
    """One HubSpot property and the QuickBooks field it meets. Default rows can only be switched."""

    rule = models.ForeignKey(SyncRule, on_delete=models.CASCADE, related_name="mappings")
    hubspot = models.CharField("HubSpot property", max_length=255)
    quickbooks = models.CharField("QuickBooks field", max_length=255)
    direction = models.CharField(max_length=13, choices=DIRECTIONS, default=Direction.BOTH.value)
    is_on = models.BooleanField("on", default=True)
    is_default = models.BooleanField("one of ours", default=False)
    kind = models.CharField(
        "compared as",
        max_length=10,
        blank=True,
        editable=False,
        help_text="As the types of both fields said when this was saved; of our own rows empty.",
    )
    transform = models.CharField(
        max_length=500, blank=True, help_text="What is done to a value on its way, such as trim."
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("rule", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("rule", "hubspot", "quickbooks"), name="a_mapping_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hubspot} = {self.quickbooks}"

    def clean(self) -> None:
        try:
            parsed(self.transform)
        except TransformError as error:
            raise ValidationError({"transform": str(error)}) from None


class FilterGroup(models.Model):
    """Conditions that must all hold. A record passes when it satisfies one group of a direction."""

    rule = models.ForeignKey(SyncRule, on_delete=models.CASCADE, related_name="filter_groups")
    direction = models.CharField(max_length=13, choices=ONE_WAY)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("rule", "direction", "position", "id")

    def __str__(self) -> str:
        return gettext("%(direction)s, group %(number)s") % {
            "direction": self.get_direction_display(),
            "number": self.position + 1,
        }


class FilterCondition(models.Model):
    """`object` is the record itself (“invoice”) or an associated one (“contact”). `type`, `label`
    and `shown` are what the account said of the field and its value when this was saved."""

    group = models.ForeignKey(FilterGroup, on_delete=models.CASCADE, related_name="conditions")
    object = models.CharField(max_length=50)
    property = models.CharField(max_length=255)
    operator = models.CharField(max_length=50)
    value = models.JSONField(null=True, blank=True)
    type = models.CharField(max_length=10, blank=True, editable=False)
    label = models.CharField(max_length=255, blank=True, editable=False)
    shown = models.TextField(blank=True, editable=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("group", "position", "id")

    def __str__(self) -> str:
        value = "" if self.value is None else f" {self.value}"
        return f"{self.object} {self.property} {self.operator}{value}"
