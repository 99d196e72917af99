"""Both worlds of a test: people act in them, the product syncs them, and they are looked at."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from django.utils import timezone

from syncapp.engine import rules as engine
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.models import (
    Connection,
    DayCount,
    FieldMapping,
    FilterCondition,
    FilterGroup,
    Integration,
    RecordLink,
    SyncActivity,
    SyncRule,
)
from syncapp.pipeline import accounts, activity, tally
from syncapp.pipeline.connect import open_connectors
from syncapp.pipeline.process import sync
from syncapp.pipeline.rulebook import load_rules, wanted_by
from syncapp.pipeline.runs import Report
from syncapp.setup import mapping_checks
from syncapp.setup.switch import rule_saved
from tests.sandbox_process import SandboxProcess

_GROUPS = {
    "contacts": "contactinformation",
    "products": "productinformation",
    "invoices": "invoiceinformation",
}


class Worlds:
    def __init__(
        self,
        sandbox: SandboxProcess,
        credentials: dict[str, Any],
        integration: Integration | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.realm = credentials["quickbooks"]["companies"][0]["realm_id"]
        self.integration = integration or connect(credentials)

    def rule(self, entity: Entity, **chosen: Any) -> SyncRule:
        """Makes or changes a rule and saves it, which starts an initial pass. `mappings` are added
        or changed; `filters` by direction replace those that are there."""
        rule, _ = SyncRule.objects.get_or_create(integration=self.integration, entity=entity)
        rule.direction = chosen.get("direction", rule.direction or Direction.BOTH)
        rule.conflict = chosen.get("conflict", rule.conflict or ConflictPolicy.HUBSPOT)
        rule.is_on = chosen.get("is_on", True)
        rule.match_on = chosen.get("match_on", rule.match_on)
        rule.options = {**rule.options, **chosen.get("options", {})}
        rule.save()
        for row in chosen.get("mappings", ()):
            self._mapping(rule, **row)
        for direction, groups in chosen.get("filters", {}).items():
            self._filters(rule, direction, groups)
        rule_saved(rule)
        return rule

    def check(self, entity: Entity, *rows: engine.FieldMapping) -> mapping_checks.Checked:
        """As a person is told before the rule is saved: both accounts are asked."""
        rules = load_rules(self.integration, timezone.now(), accounts.known(self.integration))
        connectors = open_connectors(self.integration, wanted_by(rules))
        fields = mapping_checks.fields_of(connectors, entity)
        for connector in connectors.values():
            connector.close()
        return mapping_checks.check_mappings(fields, entity, rows)

    def map(self, entity: Entity, hubspot: str, quickbooks: str, **more: Any) -> SyncRule:
        """Adds a row to a rule and saves it."""
        row = engine.FieldMapping(hubspot, quickbooks, **more)
        found = self.check(entity, row)
        assert found.problems == ()
        stored = {
            "direction": row.direction,
            "transform": row.transform,
            "kind": found.rows[0].kind.value,
        }
        rule = SyncRule.objects.get(integration=self.integration, entity=entity)
        return self.rule(
            entity,
            direction=Direction(rule.direction),
            mappings=[{"hubspot": hubspot, "quickbooks": quickbooks, **stored}],
        )

    def property(self, kind: str, name: str, type: str, field_type: str, **more: Any) -> None:
        """A property that an admin of the portal adds."""
        body = {"name": name, "label": name, "type": type, "fieldType": field_type, **more}
        answer = self.sandbox.call(
            "POST",
            f"/hubspot/crm/v3/properties/{kind}",
            headers={"Authorization": f"Bearer {self.integration.hubspot.access_token}"},
            json={"groupName": _GROUPS[kind], **body},
        )
        assert answer.status_code == 201, answer.text

    def custom_fields(self, *names: str) -> None:
        """Switches on custom fields of sales forms, in this order; none: all off."""
        entries: list[dict[str, Any]] = []
        for number in (1, 2, 3):
            is_on = number <= len(names)
            entries.append(
                {"Name": f"SalesFormsPrefs.UseSalesCustom{number}", "Type": "BooleanType",
                 "BooleanValue": is_on}
            )  # fmt: skip
            if is_on:
                entries.append(
                    {"Name": f"SalesFormsPrefs.SalesCustomName{number}", "Type": "StringType",
                     "StringValue": names[number - 1]}
                )  # fmt: skip
        forms = {"CustomField": [{"CustomField": entries}]}
        self.sandbox.options(quickbooks={self.realm: {"preferences": {"SalesFormsPrefs": forms}}})

    def _mapping(self, rule: SyncRule, hubspot: str, quickbooks: str, **more: Any) -> None:
        FieldMapping.objects.update_or_create(
            rule=rule, hubspot=hubspot, quickbooks=quickbooks, defaults=more
        )

    def _filters(
        self, rule: SyncRule, direction: Direction, groups: list[list[tuple[Any, ...]]]
    ) -> None:
        """Replaces those of this direction. A condition is (object, property, operator, value)."""
        rule.filter_groups.filter(direction=direction).delete()
        for position, conditions in enumerate(groups):
            group = FilterGroup.objects.create(rule=rule, direction=direction, position=position)
            for place, (object_, property_, operator, *value) in enumerate(conditions):
                FilterCondition.objects.create(
                    group=group,
                    object=object_,
                    property=property_,
                    operator=operator,
                    value=value[0] if value else None,
                    position=place,
                )

    def sync(self, trigger: str = "command") -> Report:
        """A pass; whatever it does, the counts that pages show move with the records."""
        before = self.miscounted()
        report = sync(Integration.objects.get(pk=self.integration.pk), trigger=trigger)
        assert self.miscounted() == before
        assert self.days() == self.days_told(), (self.days(), self.days_told())
        return report

    def miscounted(self) -> dict[tally.Kind, tally.Worth]:
        """By how much the kept numbers differ from those that counting finds."""
        kept, real = tally.numbers(self.integration.pk), tally.count_all(self.integration.pk)
        found = {
            kind: kept.get(kind, tally.Worth()).minus(real.get(kind, tally.Worth()))
            for kind in kept.keys() | real.keys()
        }
        return {kind: worth for kind, worth in found.items() if worth != tally.Worth()}

    def days(self) -> dict[str, Counter[str]]:
        """By entity, all days together: when one began is proven elsewhere."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in DayCount.objects.filter(integration=self.integration):
            found[row.entity].update(created=row.created, updated=row.updated, failed=row.failed)
        return {entity: +numbers for entity, numbers in found.items()}

    def days_told(self) -> dict[str, Counter[str]]:
        """What the history says of the same."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        rows = SyncActivity.objects.filter(integration=self.integration)
        for entity, action in rows.values_list("entity", "action"):
            if column := activity.COUNTED.get(action):
                found[entity][column] += 1
        return found

    def sync_quietly(self) -> Report:
        """A pass that must not write anything: what is at rest stays at rest."""
        before = self.sandbox.requests()["total"]
        report = self.sync()
        assert report.writes == 0, self.sandbox.requests(entries=True)["entries"][before:]
        return report

    def in_hubspot(self, kind: str, action: str = "create", id: str = "", **more: Any) -> str:
        return str(self.sandbox.person("hubspot", action, kind, id, **more).get("id", id))

    def in_quickbooks(self, kind: str, action: str = "create", id: str = "", **more: Any) -> str:
        return str(self.sandbox.person("quickbooks", action, kind, id, **more).get("id", id))

    def contact(self, **properties: str) -> str:
        return self.in_hubspot("contacts", properties={"lifecyclestage": "customer", **properties})

    def contact_with(self, associations: list[dict[str, str]], **properties: str) -> str:
        properties = {"lifecyclestage": "customer", **properties}
        return self.in_hubspot("contacts", properties=properties, associations=associations)

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


class Trade(Worlds):
    """Worlds with a linked customer and product, and a rule for each entity."""

    def __init__(
        self,
        sandbox: SandboxProcess,
        credentials: dict[str, Any],
        integration: Integration | None = None,
    ) -> None:
        super().__init__(sandbox, credentials, integration)
        self.income_account = self._income_account()
        self.contact_id = self.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
        self.item_id = self.in_quickbooks(
            "Item",
            fields={
                "Name": "Consulting",
                "Sku": "CONS-1",
                "Type": "Service",
                "UnitPrice": 100,
                "IncomeAccountRef": {"value": self.income_account},
            },
        )

    def start(self, *, invoices: Direction = Direction.BOTH) -> None:
        """Switches everything on and runs the first pass."""
        self.rule(Entity.CONTACT)
        self.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
        self.rule(
            Entity.INVOICE, direction=invoices, options={"income_account": self.income_account}
        )
        self.sync()

    @property
    def customer_id(self) -> str:
        link = self.link(Side.HUBSPOT, Entity.CONTACT, self.contact_id)
        assert link.quickbooks_id is not None
        return link.quickbooks_id

    @property
    def product_id(self) -> str:
        link = self.link(Side.QUICKBOOKS, Entity.PRODUCT, self.item_id)
        assert link.hubspot_id is not None
        return link.hubspot_id

    def hubspot_invoice(self, *lines: dict[str, str], contact: str = "", **more: str) -> str:
        """A finalized one, made by a seller."""
        invoice = self.in_hubspot(
            "invoices",
            properties={"hs_currency": "USD", **more},
            contact=contact or self.contact_id,
            lines=list(lines) or [self.hours(2)],
        )
        self.in_hubspot("invoices", "finalize", invoice)
        return invoice

    def lose_an_invoice(self, loss: str) -> None:
        """Sent to QuickBooks without an answer. `loss`: the sandbox's fault, before the commit or
        after it."""
        self.hubspot_invoice(self.hours(2))
        self.sandbox.fault(loss, vendor="quickbooks", method="POST", path="batch|invoice", times=1)
        self.sync()

    def hours(self, quantity: int, price: str = "100.00", **more: str) -> dict[str, str]:
        return {
            "name": "Consulting",
            "hs_product_id": self.product_id,
            "quantity": str(quantity),
            "price": price,
            **more,
        }

    def quickbooks_invoice(self, *lines: dict[str, Any], **more: Any) -> str:
        return self.in_quickbooks(
            "Invoice",
            fields={
                "CustomerRef": {"value": self.customer_id},
                "Line": list(lines) or [self.sales_line(3, "50")],
                **more,
            },
        )

    def sales_line(self, quantity: int, price: str, **more: Any) -> dict[str, Any]:
        unit = Decimal(price)
        return {
            "DetailType": "SalesItemLineDetail",
            "Amount": quantity * unit,
            "Description": "Consulting hours",
            "SalesItemLineDetail": {
                "ItemRef": {"value": self.item_id},
                "Qty": quantity,
                "UnitPrice": unit,
                "TaxCodeRef": {"value": "NON"},
            },
            **more,
        }

    def pay_in_hubspot(self, invoice: str, amount: str) -> str:
        answer = self.sandbox.person(
            "hubspot", "pay", "invoices", invoice, amount=amount, method="check"
        )
        return str(answer.get("payment_id") or answer["id"])

    def pay_in_quickbooks(self, invoice: str, amount: str) -> str:
        answer = self.sandbox.person("quickbooks", "pay", "Invoice", invoice, amount=amount)
        return str(answer.get("payment_id") or answer["id"])

    def one_invoice_in_quickbooks(self) -> dict[str, Any]:
        (invoice,) = self.quickbooks("Invoice").values()
        return invoice

    def _income_account(self) -> str:
        accounts = self.quickbooks("Account").values()
        return str(next(one["Id"] for one in accounts if one["AccountType"] == "Income"))
