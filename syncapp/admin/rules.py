"""Rules, their mappings and filters. Saving any of them is saving the rule: its records are
decided again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from syncapp.admin.kinds import Page
from syncapp.admin.scaffold import person
from syncapp.engine.said import said
from syncapp.errors import SyncAppError
from syncapp.models import FieldMapping, FilterCondition, FilterGroup, SyncRule
from syncapp.pipeline.golive import switch_on
from syncapp.pipeline.switch import rule_saved, switch
from syncapp.reporting.told import told


class SavesRule(Page):
    """Something of a rule: whatever happens to it here is a new version of that rule."""

    def rule_of(self, obj: Any) -> SyncRule:
        rule: SyncRule = obj.rule
        return rule

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        self._saved(request, self.rule_of(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        rule = self.rule_of(obj)
        super().delete_model(request, obj)
        self._saved(request, rule)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        rules = {self.rule_of(one) for one in queryset}
        super().delete_queryset(request, queryset)
        for rule in rules:
            self._saved(request, rule)

    def _saved(self, request: HttpRequest, rule: SyncRule) -> None:
        rule_saved(SyncRule.objects.get(pk=rule.pk), by=person(request))
        message = said("{rule}: every record is looked at again in the next pass.", rule=rule)
        self.message_user(request, told(message), messages.INFO)


@admin.register(SyncRule)
class SyncRuleAdmin(SavesRule):
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
    # switched by the actions, which ask the vendors first; a form is saved inside a transaction
    readonly_fields = ("is_on", "started_at", "version", "updated_at")
    actions = ("switch_on", "switch_off")

    def rule_of(self, obj: Any) -> SyncRule:
        rule: SyncRule = obj
        return rule

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        return (*self.readonly_fields, *(("integration", "entity") if obj else ()))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        Page.delete_model(self, request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        Page.delete_queryset(self, request, queryset)

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[SyncRule]) -> None:
        self._switch(request, queryset, on=True)

    @admin.action(description=_("Switch off"), permissions=["change"])
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
class FieldMappingAdmin(SavesRule):
    list_display = ("hubspot", "quickbooks", "rule", "direction", "is_on", "is_default")
    list_filter = ("rule__entity", "direction", "is_on")
    list_select_related = ("rule__integration",)
    search_fields = ("hubspot", "quickbooks")
    readonly_fields = ("is_default",)


@admin.register(FilterGroup)
class FilterGroupAdmin(SavesRule):
    list_display = ("rule", "direction", "position", "condition_count")
    list_filter = ("rule__entity", "direction")
    list_select_related = ("rule__integration",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("conditions")

    @admin.display(description=_("conditions"))
    def condition_count(self, obj: FilterGroup) -> int:
        return len(obj.conditions.all())


@admin.register(FilterCondition)
class FilterConditionAdmin(SavesRule):
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
