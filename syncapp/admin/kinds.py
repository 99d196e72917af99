"""What kinds of rows there are: those a machine writes can only be looked at."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from syncapp.admin.roles import CONFIGURE, OPERATE, OWN

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = admin.ModelAdmin


class ByRole(Page):
    """Actions that name a role's permission instead of the table's own."""

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(OPERATE)

    def has_configure_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CONFIGURE)

    def has_own_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(OWN)


class MachineWritten(ByRole):
    """Shown to whoever may view it; nobody adds, changes or deletes by hand."""

    list_per_page = 50
    show_full_result_count = False  # counts a large table a second time

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False
