"""Both worlds of a test: people act in them, the product syncs them, and they are looked at."""

from decimal import Decimal
from typing import Any

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.models import Connection, Integration, RecordLink, SyncRule
from syncapp.pipeline.process import sync
from syncapp.pipeline.runs import Report
from syncapp.pipeline.switch import rule_saved
from tests.sandbox_process import SandboxProcess


class Worlds:
    def __init__(self, sandbox: SandboxProcess, credentials: dict[str, Any]) -> None:
        self.sandbox = sandbox
        self.realm = credentials["quickbooks"]["companies"][0]["realm_id"]
        self.integration = connect(credentials)

    def rule(self, entity: Entity, **chosen: Any) -> SyncRule:
        """Makes or changes a rule and saves it, which starts an initial pass."""
        rule, _ = SyncRule.objects.get_or_create(integration=self.integration, entity=entity)
        rule.direction = chosen.get("direction", rule.direction or Direction.BOTH)
        rule.conflict = chosen.get("conflict", rule.conflict or ConflictPolicy.HUBSPOT)
        rule.is_on = chosen.get("is_on", True)
        rule.options = {**rule.options, **chosen.get("options", {})}
        rule_saved(rule)
        return rule

    def sync(self) -> Report:
        return sync(Integration.objects.get(pk=self.integration.pk), trigger="command")

    def sync_quietly(self) -> Report:
        """A pass that must not write anything: what is at rest stays at rest."""
        report = self.sync()
        assert report.writes == 0
        return report

    def in_hubspot(self, kind: str, action: str = "create", id: str = "", **more: Any) -> str:
        return str(self.sandbox.person("hubspot", action, kind, id, **more).get("id", id))

    def in_quickbooks(self, kind: str, action: str = "create", id: str = "", **more: Any) -> str:
        return str(self.sandbox.person("quickbooks", action, kind, id, **more).get("id", id))

    def contact(self, **properties: str) -> str:
        return self.in_hubspot("contacts", properties={"lifecyclestage": "customer", **properties})

    def customer(self, **fields: Any) -> str:
        return self.in_quickbooks("Customer", fields=fields)

    def hubspot(self, kind: str) -> dict[str, dict[str, Any]]:
        """Live records by id: their properties."""
        found = self.sandbox.world()["hubspot"]["objects"].get(kind, {})
        return {id_: one["properties"] for id_, one in found.items() if not one["archived"]}

    def quickbooks(self, kind: str) -> dict[str, dict[str, Any]]:
        found = self.sandbox.world()["quickbooks"]["companies"][self.realm].get(kind, {})
        return {id_: one for id_, one in found.items() if not one.get("_deleted")}

    def link(self, side: Side, entity: Entity, id_: str) -> RecordLink:
        return RecordLink.objects.get(
            integration=self.integration, entity=entity, **{f"{side.value}_id": id_}
        )


def connect(credentials: dict[str, Any]) -> Integration:
    hubspot, quickbooks = credentials["hubspot"], credentials["quickbooks"]
    company = quickbooks["companies"][0]
    return Integration.objects.create(
        name="Nordwind",
        hubspot=Connection.objects.create(
            name="HubSpot",
            vendor=Side.HUBSPOT,
            account_id=str(hubspot["portal_id"]),
            access_token=hubspot["access_token"],
        ),
        quickbooks=Connection.objects.create(
            name="QuickBooks",
            vendor=Side.QUICKBOOKS,
            account_id=company["realm_id"],
            access_token=company["access_token"],
            refresh_token=company["refresh_token"],
        ),
    )


def money(value: Any) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))
