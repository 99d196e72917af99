"""What is being set up and what was saved before, to be looked at: it is changed in the wizard."""

from django.contrib import admin

from syncapp.admin.kinds import MachineWritten
from syncapp.models import AccountFields, DraftRehearsal, RuleDraft, RuleVersion


@admin.register(RuleDraft)
class RuleDraftAdmin(MachineWritten):
    list_display = (
        "integration",
        "entity",
        "step",
        "version",
        "changed_by",
        "changed_at",
        "saved_at",
    )
    list_display_links = ("entity",)
    list_select_related = ("integration", "changed_by")
    list_filter = ("entity", "step")


@admin.register(DraftRehearsal)
class DraftRehearsalAdmin(MachineWritten):
    list_display = ("draft", "draft_version", "state", "asked_at", "seen_at")
    list_select_related = ("draft__integration",)
    list_filter = ("state",)


@admin.register(AccountFields)
class AccountFieldsAdmin(MachineWritten):
    list_display = ("connection", "entity", "about", "read_at")
    list_display_links = ("about",)
    list_select_related = ("connection",)


@admin.register(RuleVersion)
class RuleVersionAdmin(MachineWritten):
    list_display = ("rule", "number", "saved_by", "saved_at")
    list_select_related = ("rule__integration", "saved_by")
    list_filter = ("rule__entity",)
