"""What happened: passes, activity, writes, calls."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from syncapp.admin.kinds import MachineWritten
from syncapp.engine.said import said
from syncapp.models import (
    ApiUsage,
    Brake,
    Heartbeat,
    SyncActivity,
    SyncRun,
    Upkeep,
    WebhookDelivery,
    WebhookTally,
    WriteBatch,
    WriteIntent,
)
from syncapp.pipeline.guards.brake import release
from syncapp.told import told


@admin.register(SyncRun)
class SyncRunAdmin(MachineWritten):
    list_display = (
        "started_at",
        "integration",
        "trigger",
        "outcome",
        "writes",
        "ended_at",
        "error",
    )
    list_filter = ("outcome", "trigger", ("integration", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("integration",)


@admin.register(SyncActivity)
class SyncActivityAdmin(MachineWritten):
    list_display = ("at", "record", "entity", "action", "side", "category", "vendor_request_id")
    list_filter = ("entity", "side", ("integration", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("link",)
    search_fields = ("link__label", "=link__hubspot_id", "=link__quickbooks_id")
    search_help_text = _("The record's name, or its id on either side.")

    @admin.display(description=_("record"))
    def record(self, obj: Any) -> str:
        return str(obj.link or "")


@admin.register(Brake)
class BrakeAdmin(MachineWritten):
    list_display = ("pulled_at", "integration", "sentence", "released_at", "released_by")
    list_filter = (("integration", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("integration",)
    actions = ("release",)

    @admin.action(description=_("Release: as much as was planned may go"), permissions=["own"])
    def release(self, request: HttpRequest, queryset: QuerySet[Brake]) -> None:
        for brake in queryset.filter(released_at__isnull=True):
            release(brake, request.user.get_username())
            message = said(
                "{integration} goes on with its next pass.", integration=brake.integration
            )
            self.message_user(request, told(message))


@admin.register(WriteIntent)
class WriteIntentAdmin(MachineWritten):
    list_display = (
        "created_at",
        "operation",
        "entity",
        "side",
        "source_id",
        "target_id",
        "state",
        "attempts",
        "answered_at",
    )
    list_filter = ("state", "entity", "side")
    search_fields = ("=source_id", "=target_id", "=request_id", "=vendor_request_id")


@admin.register(WriteBatch)
class WriteBatchAdmin(MachineWritten):
    list_display = ("created_at", "side", "integration", "size", "sent_at")
    list_filter = ("side",)
    list_select_related = ("integration",)
    search_fields = ("=batch_id",)

    @admin.display(description=_("members"))
    def size(self, obj: Any) -> int:
        return len(obj.members)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(MachineWritten):
    list_display = ("received_at", "integration", "side", "event", "record_id", "taken_at")
    list_filter = ("side", "entity", ("integration", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("integration",)
    search_fields = ("=record_id",)


@admin.register(WebhookTally)
class WebhookTallyAdmin(MachineWritten):
    list_display = ("hour", "vendor", "account_id", "accepted", "repeated", "ignored", "refused")
    list_filter = ("vendor",)


@admin.register(ApiUsage)
class ApiUsageAdmin(MachineWritten):
    list_display = ("day", "connection", "calls", "reads")
    list_filter = ("connection__vendor",)
    list_select_related = ("connection",)


@admin.register(Heartbeat)
class HeartbeatAdmin(MachineWritten):
    list_display = ("name", "at")


@admin.register(Upkeep)
class UpkeepAdmin(MachineWritten):
    list_display = ("name", "place", "done_at")
