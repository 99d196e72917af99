"""Tables and constraints. No workflow: rules live in the engine, order in the pipeline."""

from syncapp.models.accounts import Connection, Integration, Lease
from syncapp.models.alerts import Alert, AlertDelivery, AlertRecipient
from syncapp.models.counts import DayCount, RecordCount
from syncapp.models.drafts import AccountFields, DraftRehearsal, RuleDraft
from syncapp.models.people import ChosenColumns, GivenPassword, Preferences, SavedView
from syncapp.models.records import (
    ChangeCursor,
    OwnLine,
    PendingChange,
    RecordLink,
    RecordReference,
)
from syncapp.models.rules import FieldMapping, FilterCondition, FilterGroup, SyncRule
from syncapp.models.runs import ApiUsage, Brake, Heartbeat, SyncActivity, SyncRun
from syncapp.models.second_factor import AuthenticatorApp, RecoveryCodes
from syncapp.models.upkeep import Upkeep
from syncapp.models.versions import RuleVersion
from syncapp.models.webhooks import WebhookDelivery, WebhookTally
from syncapp.models.writes import WriteBatch, WriteIntent

__all__ = [
    "AccountFields",
    "Alert",
    "AlertDelivery",
    "AlertRecipient",
    "ApiUsage",
    "AuthenticatorApp",
    "Brake",
    "ChangeCursor",
    "ChosenColumns",
    "Connection",
    "DayCount",
    "DraftRehearsal",
    "FieldMapping",
    "FilterCondition",
    "FilterGroup",
    "GivenPassword",
    "Heartbeat",
    "Integration",
    "Lease",
    "OwnLine",
    "PendingChange",
    "Preferences",
    "RecordCount",
    "RecordLink",
    "RecordReference",
    "RecoveryCodes",
    "RuleDraft",
    "RuleVersion",
    "SavedView",
    "SyncActivity",
    "SyncRule",
    "SyncRun",
    "Upkeep",
    "WebhookDelivery",
    "WebhookTally",
    "WriteBatch",
    "WriteIntent",
]
