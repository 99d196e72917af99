"""Every page and action of ours: its address, its name, and what a person needs for it.

A test walks this table with every role. An action has an address of its own, so that it can need
more than the page it is pressed on.
"""

from dataclasses import dataclass

from syncapp.admin.access.account import (
    Account,
    ChooseReading,
    NewCodes,
    RemoveSecondFactor,
    SignOutOthers,
)
from syncapp.admin.access.changes import Changes
from syncapp.admin.access.people import (
    AddPerson,
    EditPerson,
    People,
    ResetSecondFactor,
    SignOutPerson,
)
from syncapp.admin.alerts import (
    AddRecipient,
    Alerts,
    DropRecipient,
    EditRecipient,
    TryRecipient,
)
from syncapp.admin.columns import ChooseColumns
from syncapp.admin.connections.consent import Callback, Connect, OfferPage
from syncapp.admin.connections.deeds import Disconnect, RenameConnection, TestConnection
from syncapp.admin.connections.integrations import AddIntegration, EditIntegration
from syncapp.admin.connections.overview import Connections
from syncapp.admin.connections.private_app import PrivateApp
from syncapp.admin.connections.webhooks import Webhooks
from syncapp.admin.desk import Desk
from syncapp.admin.desk_deeds import DeskAction, FixOption
from syncapp.admin.desk_group import DeskGroup
from syncapp.admin.fixes import Choices
from syncapp.admin.objects import ObjectView
from syncapp.admin.older_export import OlderExport, OlderInvoices
from syncapp.admin.panel import ObjectPanel
from syncapp.admin.passes import LivePass, Passes, PassPage
from syncapp.admin.password_again import PasswordAgainPage
from syncapp.admin.record import ReadBoth, RecordPage
from syncapp.admin.record_activity import RecordActivity
from syncapp.admin.record_deeds import DoDeed
from syncapp.admin.record_export import RecordExport
from syncapp.admin.record_view import RecordView
from syncapp.admin.roles import CONFIGURE, OPERATE, OWN, VIEW
from syncapp.admin.saved_views import DropView, SaveView
from syncapp.admin.scaffold import Action, Guarded
from syncapp.admin.switches import GoOn, Pause, ReleaseBrake, SwitchRule, SyncNow
from syncapp.admin.versions import RestoreVersion, RuleVersions
from syncapp.admin.wizard.choose import Begin, ChooseObject, Drop
from syncapp.admin.wizard.configure import ConfigureStep
from syncapp.admin.wizard.limit import LimitStep
from syncapp.admin.wizard.new_mapping import NewDirections
from syncapp.admin.wizard.outside import Outdated
from syncapp.admin.wizard.preview import Preview
from syncapp.admin.wizard.rehearsing import RehearsalShown, Rehearse
from syncapp.admin.wizard.review import GoLive, ReviewStep, Save


@dataclass(frozen=True, slots=True)
class Route:
    path: str
    name: str
    view: type[Guarded]
    permission: str

    @property
    def is_action(self) -> bool:
        return issubclass(self.view, Action)


_ONE = "objects/<int:pk>"
_CONNECTION = "connections/<int:pk>"
_CAUSE = "desk/<int:pk>/<str:state>/<str:category>"
_DRAFT = "sync/setup/<int:pk>"
ROUTES: tuple[Route, ...] = (
    Route("objects/", "objects", ObjectView, VIEW),
    Route(f"{_ONE}/<str:entity>/<str:state>/", "objects_panel", ObjectPanel, VIEW),
    Route(f"{_ONE}/pause/", "pause", Pause, CONFIGURE),
    Route(f"{_ONE}/resume/", "go_on", GoOn, CONFIGURE),
    Route(f"{_ONE}/sync-now/", "sync_now", SyncNow, OPERATE),
    Route("rules/<int:pk>/switch/", "switch_rule", SwitchRule, CONFIGURE),
    Route("brakes/<int:pk>/release/", "release_brake", ReleaseBrake, OWN),
    Route("columns/<str:page>/", "choose_columns", ChooseColumns, VIEW),
    Route("records/", "records", RecordView, VIEW),
    Route("records/export/", "records_export", RecordExport, VIEW),
    Route("records/older/", "older_invoices", OlderInvoices, OPERATE),
    Route("records/older/file/", "older_export", OlderExport, OPERATE),
    Route("records/<int:pk>/activity/", "record_activity", RecordActivity, VIEW),
    Route("records/<int:pk>/", "record", RecordPage, VIEW),
    Route("records/<int:pk>/read/", "record_read", ReadBoth, OPERATE),
    Route("records/<int:pk>/do/<str:deed>/", "record_deed", DoDeed, OPERATE),
    Route("passes/", "passes", Passes, VIEW),
    Route("passes/<int:pk>/", "run", PassPage, VIEW),
    Route("passes/live/<int:pk>/", "pass_live", LivePass, VIEW),
    Route("desk/", "desk", Desk, VIEW),
    Route("desk/<int:pk>/choices/<str:option>/", "desk_choices", Choices, CONFIGURE),
    Route(f"{_CAUSE}/", "desk_group", DeskGroup, VIEW),
    Route(f"{_CAUSE}/do/", "desk_do", DeskAction, OPERATE),
    Route(f"{_CAUSE}/fix/", "desk_fix", FixOption, CONFIGURE),
    Route("views/save/", "save_view", SaveView, VIEW),
    Route("views/<int:pk>/drop/", "drop_view", DropView, VIEW),
    Route("connections/", "connections", Connections, VIEW),
    Route("connections/webhooks/", "webhooks", Webhooks, VIEW),
    Route("connections/connect/<str:vendor>/", "connect", Connect, OWN),
    Route("connections/callback/<str:vendor>/", "consent_callback", Callback, OWN),
    Route("connections/offers/<str:key>/", "consent_offer", OfferPage, OWN),
    Route("connections/private-app/", "connect_private_app", PrivateApp, OWN),
    Route(f"{_CONNECTION}/private-app/", "reconnect_private_app", PrivateApp, OWN),
    Route(f"{_CONNECTION}/reconnect/", "reconnect", Connect, OWN),
    Route(f"{_CONNECTION}/rename/", "rename_connection", RenameConnection, OWN),
    Route(f"{_CONNECTION}/test/", "test_connection", TestConnection, OWN),
    Route(f"{_CONNECTION}/disconnect/", "disconnect", Disconnect, OWN),
    Route("integrations/add/", "add_integration", AddIntegration, OWN),
    Route("integrations/<int:pk>/", "edit_integration", EditIntegration, OWN),
    Route("account/", "account", Account, VIEW),
    Route("account/reading/", "choose_reading", ChooseReading, VIEW),
    Route("account/sign-out-others/", "sign_out_others", SignOutOthers, VIEW),
    Route("account/recovery-codes/", "recovery_codes", NewCodes, VIEW),
    Route("account/remove-second-factor/", "remove_second_factor", RemoveSecondFactor, VIEW),
    Route("people/", "people", People, OWN),
    Route("people/add/", "add_person", AddPerson, OWN),
    Route("people/<int:pk>/", "edit_person", EditPerson, OWN),
    Route("people/<int:pk>/second-factor/", "reset_second_factor", ResetSecondFactor, OWN),
    Route("people/<int:pk>/sign-out/", "sign_out_person", SignOutPerson, OWN),
    Route("changes/", "changes", Changes, CONFIGURE),
    Route("alerts/", "alerts", Alerts, VIEW),
    Route("alerts/recipients/add/", "add_recipient", AddRecipient, OWN),
    Route("alerts/recipients/<int:pk>/", "edit_recipient", EditRecipient, OWN),
    Route("alerts/recipients/<int:pk>/try/", "try_recipient", TryRecipient, OWN),
    Route("alerts/recipients/<int:pk>/drop/", "drop_recipient", DropRecipient, OWN),
    Route("rules/<int:pk>/versions/", "rule_versions", RuleVersions, VIEW),
    Route(
        "rules/<int:pk>/versions/<int:number>/restore/",
        "restore_version",
        RestoreVersion,
        CONFIGURE,
    ),
    Route("password/", "password_again", PasswordAgainPage, VIEW),
    Route("sync/setup/", "wizard", ChooseObject, CONFIGURE),
    Route("sync/setup/begin/", "wizard_begin", Begin, CONFIGURE),
    Route(f"{_DRAFT}/configure/", "wizard_configure", ConfigureStep, CONFIGURE),
    Route(f"{_DRAFT}/directions/", "wizard_directions", NewDirections, CONFIGURE),
    Route(f"{_DRAFT}/limit/", "wizard_limit", LimitStep, CONFIGURE),
    Route(f"{_DRAFT}/preview/", "wizard_preview", Preview, CONFIGURE),
    Route(f"{_DRAFT}/review/", "wizard_review", ReviewStep, CONFIGURE),
    Route(f"{_DRAFT}/check/", "wizard_golive", GoLive, CONFIGURE),
    Route(f"{_DRAFT}/rehearse/", "wizard_rehearse", Rehearse, CONFIGURE),
    Route(f"{_DRAFT}/rehearsal/", "wizard_rehearsal", RehearsalShown, CONFIGURE),
    Route(f"{_DRAFT}/save/", "wizard_save", Save, CONFIGURE),
    Route(f"{_DRAFT}/outdated/", "wizard_outdated", Outdated, CONFIGURE),
    Route(f"{_DRAFT}/drop/", "wizard_drop", Drop, CONFIGURE),
)
