"""Who may do what: four groups, each with everything the one before it has.

An installation may give people other permissions; these groups are made once and then filled up,
never emptied.
"""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group, Permission

from syncapp.pipeline import audit

VIEW = "syncapp.view"
OPERATE = "syncapp.operate"
CONFIGURE = "syncapp.configure"
OWN = "syncapp.own"

_RULES = ("syncrule", "fieldmapping", "filtergroup", "filtercondition")
_TABLES = (
    *_RULES, "connection", "integration", "lease", "changecursor", "pendingchange", "recordlink",
    "recordreference", "apiusage", "brake", "heartbeat", "syncactivity", "syncrun", "writebatch",
    "writeintent", "ruledraft", "draftrehearsal", "accountfields",
    "ruleversion", "recordcount", "daycount", "ownline", "webhookdelivery", "webhooktally", "alert",
    "upkeep",
)  # fmt: skip
_PEOPLE = ("user", "group")

_VIEWER = (VIEW, *(f"syncapp.view_{table}" for table in _TABLES))
_OPERATOR = (*_VIEWER, OPERATE)
_CONFIGURATOR = (
    *_OPERATOR,
    CONFIGURE,
    *(f"syncapp.{deed}_{table}" for table in _RULES for deed in ("add", "change", "delete")),
)
_OWNER = (
    *_CONFIGURATOR,
    OWN,
    "syncapp.view_chosencolumns",
    "syncapp.view_savedview",
    "syncapp.view_preferences",
    "syncapp.view_givenpassword",
    "syncapp.view_alertrecipient",
    "syncapp.view_alertdelivery",
    "syncapp.change_connection",
    "syncapp.add_integration",
    "syncapp.change_integration",
    *(f"auth.{deed}_{one}" for one in _PEOPLE for deed in ("view", "add", "change", "delete")),
)

ROLES: Mapping[str, tuple[str, ...]] = {
    "viewer": _VIEWER,
    "operator": _OPERATOR,
    "configurator": _CONFIGURATOR,
    "owner": _OWNER,
}


def ensure_groups() -> None:
    """After every migration: a permission that a new version brings goes to its groups."""
    known = _permissions({name for names in ROLES.values() for name in names})
    with audit.unrecorded():  # nobody's choice: it comes with the version
        for role, names in ROLES.items():
            group, _ = Group.objects.get_or_create(name=role)
            group.permissions.add(*(known[name] for name in names if name in known))


def _permissions(names: Iterable[str]) -> dict[str, Permission]:
    codes = {name.split(".")[1] for name in names}
    rows = Permission.objects.filter(
        codename__in=codes, content_type__app_label__in=("syncapp", "auth")
    ).select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}": row for row in rows}
