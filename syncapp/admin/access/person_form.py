"""What an owner says of a person: who it is, and which of the four groups."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from syncapp.admin.access import given_password
from syncapp.admin.generic import ModelForm
from syncapp.admin.roles import ROLES
from syncapp.admin.scaffold import Text

NO_ROLE = ""
ROLE_TITLES: dict[str, Text] = {
    "viewer": gettext_lazy("Viewer"),
    "operator": gettext_lazy("Operator"),
    "configurator": gettext_lazy("Configurator"),
    "owner": gettext_lazy("Owner"),
}
ROLES_EXPLAINED: dict[str, Text] = {
    "viewer": gettext_lazy("sees everything, changes nothing"),
    "operator": gettext_lazy("also syncs now, retries, excludes and decides"),
    "configurator": gettext_lazy("also changes rules, mappings and filters, and switches them"),
    "owner": gettext_lazy("also connects accounts, manages people and releases the brake"),
}


def role_of(user: User) -> str:
    """The one that may most; the groups build on each other."""
    held = {group.name for group in user.groups.all()}
    return next((role for role in reversed(list(ROLES)) if role in held), NO_ROLE)


def give_role(user: User, role: str) -> None:
    """Other groups an installation has made are left alone."""
    wanted = {role} if role else set()
    ours = Group.objects.filter(name__in=ROLES)
    user.groups.remove(*ours.exclude(name__in=wanted).filter(user=user))
    user.groups.add(*ours.filter(name__in=wanted).exclude(user=user))


class PersonForm(ModelForm):
    role: Any = forms.ChoiceField(
        label=gettext_lazy("May"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            *((role, f"{title}: {ROLES_EXPLAINED[role]}") for role, title in ROLE_TITLES.items()),
            (NO_ROLE, gettext_lazy("Nothing")),
        ],
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ("first_name", "last_name", "email", "is_active")
        labels = {"is_active": gettext_lazy("May sign in")}
        help_texts = {
            "is_active": gettext_lazy(
                "Without this the person is out at once; what they did stays."
            )
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by = by
        self.fields["role"].initial = role_of(self.instance) if self.instance.pk else "viewer"

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        leaves = said.get("role") != "owner" or not said.get("is_active")
        if self.instance.pk == self._by.pk and leaves and not self._by.is_superuser:
            message = _("You cannot take your own access away: ask another owner to.")
            raise forms.ValidationError(message)
        return said

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        self.instance.is_staff = True  # the admin is the only place to sign in to
        user: User = super().save(commit)
        give_role(user, self.cleaned_data["role"])
        return user


class NewPersonForm(PersonForm):
    password = forms.CharField(
        label=gettext_lazy("First password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Tell it to the person, who must change it at the first sign-in."),
    )

    class Meta(PersonForm.Meta):
        fields = ("username", *PersonForm.Meta.fields)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        self.instance.set_password(self.cleaned_data["password"])
        person = super().save(commit)
        given_password.give(person)
        return person
