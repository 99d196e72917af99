"""Connections, integrations and their leases."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from syncapp.admin.kinds import ByRole, MachineWritten, Page
from syncapp.admin.switches import set_paused
from syncapp.engine.plan import State
from syncapp.engine.said import said
from syncapp.models import Connection, Integration, Lease, SyncRun
from syncapp.pipeline.wake import wake
from syncapp.told import told


@admin.register(Connection)
class ConnectionAdmin(Page):
    """Tokens are on no page. Accounts are connected with `manage.py configure`."""

    list_display = ("name", "vendor", "account_id", "is_accepted", "expires_at", "updated_at")
    list_filter = ("vendor", "needs_reconnect")
    search_fields = ("name", "=account_id")
    readonly_fields = (
        "vendor",
        "account_id",
        "needs_reconnect",
        "reconnect_reason",
        "expires_at",
        "refresh_expires_at",
        "paused_until",
        "account",
        "created_at",
        "updated_at",
    )
    fields = ("name", *readonly_fields)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connection]:
        return super().get_queryset(request).defer(*Connection.sealed_fields())

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: Connection,
        form: Any,  # noqa: ARG002
        change: bool,  # noqa: ARG002, FBT001
    ) -> None:
        """Only what the form holds: a worker may have renewed the tokens meanwhile."""
        obj.save(update_fields=["name", "updated_at"])

    @admin.display(boolean=True, description=_("accepted"))
    def is_accepted(self, obj: Connection) -> bool:
        return not obj.needs_reconnect


@admin.register(Integration)
class IntegrationAdmin(ByRole):
    list_display = (
        "name",
        "hubspot",
        "quickbooks",
        "is_running",
        "last_pass",
        "failing",
        "waiting",
        "needs_decision",
    )
    list_filter = ("is_paused",)
    list_select_related = ("hubspot", "quickbooks")
    search_fields = ("name",)
    fields = (
        "name",
        "hubspot",
        "quickbooks",
        "is_paused",
        "interval_seconds",
        "confirm_initial_load",
    )
    actions = ("sync_now", "pause", "go_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        """The links belong to these two accounts; other accounts are another integration."""
        return ("hubspot", "quickbooks") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        started = SyncRun.objects.filter(integration=OuterRef("pk")).order_by("-started_at")
        rows = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(
            started=Subquery(started.values("started_at")[:1]),
            failing=Count("links", filter=Q(links__state=State.FAILING)),
            waiting=Count("links", filter=Q(links__state=State.WAITING)),
            needs_decision=Count("links", filter=Q(links__state=State.NEEDS_DECISION)),
        )
        return counted

    @admin.display(boolean=True, description=_("running"), ordering="is_paused")
    def is_running(self, obj: Integration) -> bool:
        return not obj.is_paused

    @admin.display(description=_("last pass"), ordering="started")
    def last_pass(self, obj: Any) -> Any:
        return obj.started

    @admin.display(ordering="failing")
    def failing(self, obj: Any) -> Any:
        return obj.failing

    @admin.display(ordering="waiting")
    def waiting(self, obj: Any) -> Any:
        return obj.waiting

    @admin.display(ordering="needs_decision")
    def needs_decision(self, obj: Any) -> Any:
        return obj.needs_decision

    @admin.action(description=_("Sync now"), permissions=["operate"])
    def sync_now(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        for integration in queryset:
            if integration.is_paused:
                message = said(
                    "“{integration}” is paused: let it go on first.", integration=integration
                )
                self.message_user(request, told(message), messages.WARNING)
                continue
            wake(integration.pk, SyncRun.Trigger.PERSON)
            message = said(
                "A pass over “{integration}” starts as soon as a worker is free.",
                integration=integration,
            )
            self.message_user(request, told(message), messages.SUCCESS)

    @admin.action(description=_("Pause"), permissions=["configure"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        running = list(queryset.filter(is_paused=False).order_by())
        for integration in running:
            set_paused(integration, paused=True)
        message = said(
            "Paused: {count}. A pass that runs now ends with its slice.", count=len(running)
        )
        self.message_user(request, told(message), messages.SUCCESS)

    @admin.action(description=_("Go on"), permissions=["configure"])
    def go_on(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        paused = list(queryset.filter(is_paused=True).order_by())
        for integration in paused:
            set_paused(integration, paused=False)
            wake(integration.pk, SyncRun.Trigger.PERSON)
        self.message_user(
            request, told(said("Going on: {count}.", count=len(paused))), messages.SUCCESS
        )


@admin.register(Lease)
class LeaseAdmin(MachineWritten):
    list_display = ("integration", "holder", "fencing", "expires_at", "heartbeat_at")
    list_select_related = ("integration",)
