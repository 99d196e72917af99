"""Contacts: their primary company and the state of their invoices, where the rules look at them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from syncapp.connectors.hubspot.associations import PRIMARY_COMPANY
from syncapp.connectors.hubspot.objects import (
    ASSOCIATED_COMPANY,
    COMPANIES,
    CONTACTS,
    INVOICES,
)
from syncapp.connectors.hubspot.reading import Links, Reader, ids_of
from syncapp.connectors.hubspot.replies import Associated, Record
from syncapp.engine.records import Entity, Snapshot, Value

INVOICE_STATE = ("hs_invoice_status", "hs_invoice_billable")

Related = dict[str, tuple[Mapping[str, Value], ...]]  # by the contact's id


def inline(reader: Reader) -> tuple[str, ...]:
    companies = (COMPANIES.name,) if wants_companies(reader) else ()
    invoices = (INVOICES.name,) if "invoice" in reader.related(Entity.CONTACT) else ()
    return companies + invoices


def wants_companies(reader: Reader) -> bool:
    return ASSOCIATED_COMPANY in reader.fields(Entity.CONTACT) or "company" in reader.related(
        Entity.CONTACT
    )


def snapshots(
    reader: Reader, records: Collection[Record], inline: Collection[str] = ()
) -> list[Snapshot]:
    codec = reader.codec(Entity.CONTACT)
    companies = _companies(reader, records, inline)
    made = [
        _with_related(codec.snapshot(record), str(record["id"]), companies, None)
        for record in records
    ]
    asked = {one.ref.id for one in made if reader.needs_related(one)}
    invoices = _invoices(reader, [one for one in records if str(one["id"]) in asked], inline)
    return [_with_related(one, one.ref.id, None, invoices) for one in made]


def newborn(reader: Reader, snapshot: Snapshot) -> Snapshot:
    """A contact we have just made has neither company nor invoice yet."""
    companies: Related | None = {} if wants_companies(reader) else None
    invoices: Related | None = {} if "invoice" in reader.related(Entity.CONTACT) else None
    return _with_related(snapshot, snapshot.ref.id, companies, invoices)


def primary_first(companies: Iterable[Associated]) -> list[str]:
    ranked = sorted(companies, key=lambda to: (PRIMARY_COMPANY not in to.type_ids, int(to.id)))
    return [to.id for to in ranked]


def _with_related(
    snapshot: Snapshot, id: str, companies: Related | None, invoices: Related | None
) -> Snapshot:
    fields, related = dict(snapshot.fields), dict(snapshot.related)
    if companies is not None:
        related["company"] = companies.get(id, ())
        fields[ASSOCIATED_COMPANY] = next((c["name"] for c in related["company"]), None)
    if invoices is not None:
        related["invoice"] = invoices.get(id, ())
    return replace(snapshot, fields=fields, related=related)


def _companies(
    reader: Reader, records: Collection[Record], inline: Collection[str]
) -> Related | None:
    if not wants_companies(reader):
        return None
    links = reader.linked(CONTACTS, COMPANIES, records, inline)
    ordered = {id: primary_first(found) for id, found in links.items()}
    wanted = reader.related(Entity.CONTACT).get("company", frozenset())
    return listed(ordered, reader.values(COMPANIES, ids_of(links), {*COMPANIES.always, *wanted}))


def _invoices(
    reader: Reader, records: Collection[Record], inline: Collection[str]
) -> Related | None:
    wanted = reader.related(Entity.CONTACT).get("invoice")
    if wanted is None:
        return None
    if not records:
        return {}
    links: Links = reader.linked(CONTACTS, INVOICES, records, inline)
    ordered = {id: ids_of({id: found}) for id, found in links.items()}
    values = reader.values(INVOICES, ids_of(links), {*INVOICE_STATE, *wanted})
    for one in values.values():
        if one["hs_invoice_billable"] is None:
            one["hs_invoice_billable"] = True
    return listed(ordered, values)


def listed(ids: Mapping[str, Iterable[str]], values: Mapping[str, Mapping[str, Value]]) -> Related:
    """By record what its associated ones hold; those that exist no more are left out."""
    return {
        id: tuple(values[other] for other in others if other in values)
        for id, others in ids.items()
    }
