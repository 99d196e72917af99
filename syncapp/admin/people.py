"""What people have arranged for themselves. Seeds and hashes are on no page."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from syncapp.admin.kinds import MachineWritten
from syncapp.models import (
    AuthenticatorApp,
    ChosenColumns,
    GivenPassword,
    Preferences,
    RecoveryCodes,
    SavedView,
)


@admin.register(ChosenColumns)
class ChosenColumnsAdmin(MachineWritten):
    list_display = ("user", "page", "columns")
    list_select_related = ("user",)


@admin.register(SavedView)
class SavedViewAdmin(MachineWritten):
    list_display = ("name", "user", "is_shared", "query")
    list_select_related = ("user",)
    search_fields = ("name",)


@admin.register(AuthenticatorApp)
class AuthenticatorAppAdmin(MachineWritten):
    list_display = ("user", "confirmed")
    list_select_related = ("user",)
    exclude = ("seed",)


@admin.register(RecoveryCodes)
class RecoveryCodesAdmin(MachineWritten):
    list_display = ("user", "left")
    list_select_related = ("user",)
    exclude = ("salt", "hashes")

    @admin.display(description=_("codes left"))
    def left(self, obj: Any) -> int:
        return len(obj.hashes)


@admin.register(GivenPassword)
class GivenPasswordAdmin(MachineWritten):
    list_display = ("user",)
    list_select_related = ("user",)


@admin.register(Preferences)
class PreferencesAdmin(MachineWritten):
    list_display = ("user", "language", "time_zone")
    list_select_related = ("user",)
