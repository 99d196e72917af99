"""Records and what is known of them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from syncapp.admin.kinds import MachineWritten
from syncapp.engine.said import said
from syncapp.models import (
    ChangeCursor,
    DayCount,
    Integration,
    OwnLine,
    PendingChange,
    RecordCount,
    RecordLink,
    RecordReference,
)
from syncapp.pipeline.by_hand import again
from syncapp.told import told


@admin.register(RecordLink)
class RecordLinkAdmin(MachineWritten):
    list_display = (
        "name",
        "entity",
        "state",
        "category",
        "amount",
        "currency",
        "hubspot_id",
        "quickbooks_id",
        "state_since",
    )
    list_filter = ("state", "entity", ("integration", admin.RelatedOnlyFieldListFilter))
    search_fields = ("label", "=hubspot_id", "=quickbooks_id")
    search_help_text = _("The name, or the id on either side.")
    actions = ("look_again",)

    @admin.display(description=_("record"), ordering="label")
    def name(self, obj: RecordLink) -> str:
        return obj.label or obj.hubspot_id or obj.quickbooks_id or ""

    @admin.action(description=_("Look at it again now"), permissions=["operate"])
    def look_again(self, request: HttpRequest, queryset: QuerySet[RecordLink]) -> None:
        by_integration: dict[Integration, list[RecordLink]] = {}
        for link in queryset.select_related("integration"):
            by_integration.setdefault(link.integration, []).append(link)
        total = sum(again.look_again(one, links) for one, links in by_integration.items())
        message = said(
            "On the worklist: {total}. They are read and decided again in a moment.", total=total
        )
        self.message_user(request, told(message), messages.SUCCESS)


@admin.register(RecordCount)
class RecordCountAdmin(MachineWritten):
    list_display = ("integration", "entity", "state", "category", "currency", "records", "amount")
    list_filter = ("state", "entity", ("integration", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("integration",)


@admin.register(DayCount)
class DayCountAdmin(MachineWritten):
    list_display = ("day", "integration", "entity", "created", "updated", "failed")
    list_filter = ("entity", ("integration", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("integration",)


@admin.register(RecordReference)
class RecordReferenceAdmin(MachineWritten):
    list_display = ("link", "side", "entity", "record_id")
    list_filter = ("side", "entity")
    list_select_related = ("link",)
    search_fields = ("=record_id",)


@admin.register(OwnLine)
class OwnLineAdmin(MachineWritten):
    list_display = ("hubspot_id", "version", "left_at", "integration")
    list_filter = (("integration", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("integration",)
    search_fields = ("=hubspot_id",)


@admin.register(PendingChange)
class PendingChangeAdmin(MachineWritten):
    list_display = ("record_id", "entity", "side", "integration", "due_at", "priority", "attempts")
    list_filter = ("entity", "side", "priority")
    list_select_related = ("integration",)
    search_fields = ("=record_id",)


@admin.register(ChangeCursor)
class ChangeCursorAdmin(MachineWritten):
    list_display = ("integration", "side", "entity", "since", "is_in_the_middle", "updated_at")
    list_filter = ("side", "entity")
    list_select_related = ("integration",)

    @admin.display(boolean=True, description=_("read to the end"))
    def is_in_the_middle(self, obj: Any) -> bool:
        return obj.since is not None
