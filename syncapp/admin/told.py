"""What was told to whom, to be looked at."""

from django.contrib import admin

from syncapp.admin.kinds import MachineWritten
from syncapp.models import Alert, AlertDelivery, AlertRecipient


@admin.register(Alert)
class AlertAdmin(MachineWritten):
    list_display = ("begun_at", "cause", "integration", "category", "number", "solved_at")
    list_select_related = ("integration",)
    list_filter = ("cause",)


@admin.register(AlertRecipient)
class AlertRecipientAdmin(MachineWritten):
    list_display = ("name", "email", "integration", "is_on")
    list_select_related = ("integration",)
    search_fields = ("name", "email")


@admin.register(AlertDelivery)
class AlertDeliveryAdmin(MachineWritten):
    list_display = ("alert", "recipient", "news", "due_at", "sent_at", "attempts", "error")
    list_select_related = ("alert", "recipient")
    list_filter = ("news",)
