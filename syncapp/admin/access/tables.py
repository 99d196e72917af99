"""Django's own forms of users and groups: nobody makes themselves or another a superuser with them.
Their lists to choose from are plain ones: the pair of lists is closed to screen readers."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from syncapp.admin.access import given_password

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin

_SUPERUSERS_ONLY = ("is_superuser", "user_permissions")

admin.site.unregister([User, Group])


@admin.register(Group)
class Roles(GroupAdmin):
    filter_horizontal = ()


@admin.register(User)
class People(_UserAdmin):
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *_SUPERUSERS_ONLY)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if not change:
            given_password.give(obj)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        answer = super().user_change_password(request, id, form_url)
        if isinstance(answer, HttpResponseRedirect) and id != str(request.user.pk):
            given_password.give(User.objects.get(pk=id))
        return answer

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Deleting several at once asks nobody about each of them."""
        actions: dict[str, Any] = super().get_actions(request)
        if not request.user.is_superuser:
            actions.pop("delete_selected", None)
        return actions


def _may_touch(request: HttpRequest, obj: Any) -> bool:
    return obj is None or not obj.is_superuser or request.user.is_superuser
