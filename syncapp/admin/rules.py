"""Rules, their mappings and filters as rows. They are only looked at: a form of a single row would
ask neither account nor check what the setup checks. Each leads to where it is changed."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from syncapp.admin import entry_points
from syncapp.admin.kinds import MachineWritten
from syncapp.admin.roles import CONFIGURE
from syncapp.admin.scaffold import person
from syncapp.engine.said import said
from syncapp.errors import SyncAppError
from syncapp.models import FieldMapping, FilterCondition, FilterGroup, SyncRule
from syncapp.setup.golive import switch_on
from syncapp.setup.switch import switch
from syncapp.told import told


class OfRule(MachineWritten):
    """A row of a rule, with the way to the setup for whoever may change it."""

    def rule_of(self, obj: Any) -> SyncRule:
        rule: SyncRule = obj.rule
        return rule

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [one for one in super().get_fields(request, obj) if one != "changed_in"]
        may_change = obj is not None and request.user.has_perm(CONFIGURE)
        return ["changed_in", *fields] if may_change else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "changed_in")

    @admin.display(description=_("Change it"))
    def changed_in(self, obj: Any) -> SafeString:
        rule = self.rule_of(obj)
        return format_html('<a href="{}">{}</a>', entry_points.edit(rule), _("In the setup"))


@admin.register(SyncRule)
class SyncRuleAdmin(OfRule):
    list_display = (
        "integration",
        "entity",
        "direction",
        "conflict",
        "is_on",
        "version",
        "updated_at",
    )
    list_display_links = ("entity",)
    list_filter = ("entity", "direction", "is_on")
    list_select_related = ("integration",)
    search_fields = ("integration__name",)
    fields = (
        "integration",
        "entity",
        "direction",
        "conflict",
        "is_on",
        "match_on",
        "options",
        "started_at",
        "version",
        "updated_at",
    )
    actions = ("switch_on", "switch_off")

    def rule_of(self, obj: Any) -> SyncRule:
        rule: SyncRule = obj
        return rule

    @admin.action(description=_("Switch on"), permissions=["configure"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[SyncRule]) -> None:
        self._switch(request, queryset, on=True)

    @admin.action(description=_("Switch off"), permissions=["configure"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[SyncRule]) -> None:
        self._switch(request, queryset, on=False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[SyncRule], *, on: bool) -> None:
        """Switching on asks the vendors first, so no transaction may be open here."""
        for rule in queryset.select_related("integration__hubspot", "integration__quickbooks"):
            try:
                warning = ""
                if on:
                    warning = switch_on(rule, person(request))
                else:
                    switch(rule, on=False, by=person(request))
            except SyncAppError as error:
                message = said(
                    "{rule} stays as it is: {error_message}", rule=rule, error_message=error.message
                )
                self.message_user(request, told(message), messages.ERROR)
                continue
            message = said("{rule} is on.", rule=rule) if on else said("{rule} is off.", rule=rule)
            self.message_user(request, told(message), messages.SUCCESS)
            if warning:
                self.message_user(request, told(warning), messages.WARNING)


@admin.register(FieldMapping)
class FieldMappingAdmin(OfRule):
    list_display = ("hubspot", "quickbooks", "rule", "direction", "is_on", "is_default")
    list_filter = ("rule__entity", "direction", "is_on")
    list_select_related = ("rule__integration",)
    search_fields = ("hubspot", "quickbooks")


@admin.register(FilterGroup)
class FilterGroupAdmin(OfRule):
    list_display = ("rule", "direction", "position", "condition_count")
    list_filter = ("rule__entity", "direction")
    list_select_related = ("rule__integration",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("conditions")

    @admin.display(description=_("conditions"))
    def condition_count(self, obj: FilterGroup) -> int:
        return len(obj.conditions.all())


@admin.register(FilterCondition)
class FilterConditionAdmin(OfRule):
    list_display = ("__str__", "group", "rule")
    list_filter = ("group__rule__entity", "group__direction")
    list_select_related = ("group__rule__integration",)
    search_fields = ("property",)

    def rule_of(self, obj: Any) -> SyncRule:
        rule: SyncRule = obj.group.rule
        return rule

    @admin.display(ordering="group__rule")
    def rule(self, obj: FilterCondition) -> SyncRule:
        return obj.group.rule
