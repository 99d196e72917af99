"""What people have arranged for themselves."""

from django.contrib import admin

from syncapp.admin.kinds import MachineWritten
from syncapp.models import ChosenColumns, SavedView


@admin.register(ChosenColumns)
class ChosenColumnsAdmin(MachineWritten):
    list_display = ("user", "page", "columns")
    list_select_related = ("user",)


@admin.register(SavedView)
class SavedViewAdmin(MachineWritten):
    list_display = ("name", "user", "is_shared", "query")
    list_select_related = ("user",)
    search_fields = ("name",)
