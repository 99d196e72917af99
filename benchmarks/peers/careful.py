"""The script of somebody who has read both manuals: lists with associations, batches everywhere,
pages of a thousand, and nothing is read twice. It keeps nothing for the next time."""

import uuid

from accounts import ASKED, WRITTEN_BACK, hubspot, make_property, patiently, quickbooks, run
from hubspot.crm.objects import (
    BatchInputSimplePublicObjectBatchInput,
    BatchInputSimplePublicObjectBatchInputForCreate,
    BatchReadInputSimplePublicObjectId,
    SimplePublicObjectBatchInput,
    SimplePublicObjectBatchInputForCreate,
)
from quickbooks.batch import batch_create
from quickbooks.objects.base import EmailAddress, LinkedTxn, Ref
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.payment import Payment, PaymentLine

LINE = ["name", "price", "quantity", "hs_product_id", "amount"]
TO_CONTACT, TO_INVOICE, PAYMENT_TO_INVOICE = 177, 410, 542

crm, books = hubspot(), quickbooks()
objects, batches = crm.crm.objects.basic_api, crm.crm.objects.batch_api


def chunks(some, size):
    some = list(some)
    return (some[at : at + size] for at in range(0, len(some), size))


def listed(kind, properties, links=()):
    after, found = None, []
    while True:
        page = patiently(
            objects.get_page, kind, limit=100, after=after, properties=properties,
            associations=list(links) or None,
        )  # fmt: skip
        found += page.results
        if not page.paging:
            return found
        after = page.paging.next.after


def linked(record, kind):
    found = (record.associations or {}).get(kind)
    return [one.id for one in found.results] if found else []


def in_books(made):
    """Batches of 30, in order."""
    saved = []
    for some in chunks(made, 30):
        answer = patiently(batch_create, some, qb=books)
        saved += answer.successes
        if answer.faults:
            raise RuntimeError(answer.faults[0].Error[0].Message)
    return saved


def ref(value):
    made = Ref()
    made.value = value
    return made


def to_quickbooks():
    make_property(crm)
    people = listed("contacts", ["email", "firstname", "lastname"])
    goods = listed("products", ["name", "hs_sku", "price"])
    known = [one for one in rows(Customer) if one.PrimaryEmailAddr]
    emails = {one.PrimaryEmailAddr.Address: one.Id for one in known}
    names = {one.Name: one.Id for one in rows(Item)}
    new = [one for one in people if one.properties["email"] not in emails]
    for made in in_books(customer(one.properties) for one in new):
        emails[made.PrimaryEmailAddr.Address] = made.Id
    new = [one for one in goods if one.properties["name"] not in names]
    for made in in_books(item(one.properties) for one in new):
        names[made.Name] = made.Id
    customers = {one.id: emails[one.properties["email"]] for one in people}
    items = {one.id: names[one.properties["name"]] for one in goods}
    invoices = listed("invoices", ["hs_number"], ["contacts", "line_items"])
    booked = bill(invoices, customers, items)
    asked = [
        SimplePublicObjectBatchInput(id=number, properties={WRITTEN_BACK: one.Id})
        for number, one in booked.items()
    ]
    for some in chunks(asked, 100):
        patiently(batches.update, "invoices", BatchInputSimplePublicObjectBatchInput(inputs=some))
    payments = listed("commerce_payments", ["hs_initial_amount"], ["invoices"])
    in_books(payment(one, booked[linked(one, "invoices")[0]]) for one in payments)


def bill(invoices, customers, items):
    ids = {one.id: linked(one, "line items") or linked(one, "line_items") for one in invoices}
    lines = {}
    for some in chunks((id_ for mine in ids.values() for id_ in mine), 100):
        asked = BatchReadInputSimplePublicObjectId(
            inputs=[{"id": id_} for id_ in some], properties=LINE, properties_with_history=[]
        )
        for one in patiently(batches.read, "line_items", asked).results:
            lines[one.id] = one.properties
    made = [
        invoice(one, customers, [sold(lines[id_], items) for id_ in ids[one.id]])
        for one in invoices
    ]
    by_number = {one.DocNumber: one for one in in_books(made)}
    return {one.id: by_number[one.properties["hs_number"]] for one in invoices}


def customer(person):
    made = Customer()
    made.DisplayName = f"{person['firstname']} {person['lastname']}"
    made.GivenName, made.FamilyName = person["firstname"], person["lastname"]
    made.PrimaryEmailAddr = EmailAddress()
    made.PrimaryEmailAddr.Address = person["email"]
    return made


def item(product):
    made = Item()
    made.Name, made.Sku, made.Type = product["name"], product["hs_sku"], "Service"
    made.UnitPrice = float(product["price"])
    made.IncomeAccountRef = ref(ASKED["income"])
    return made


def invoice(record, customers, lines):
    made = Invoice()
    made.DocNumber = record.properties["hs_number"]
    made.CustomerRef = ref(customers[linked(record, "contacts")[0]])
    made.Line = lines
    return made


def sold(line, items):
    made = SalesItemLine()
    made.Description, made.Amount = line["name"], float(line["amount"])
    made.SalesItemLineDetail = SalesItemLineDetail()
    made.SalesItemLineDetail.ItemRef = ref(items[line["hs_product_id"]])
    made.SalesItemLineDetail.Qty = float(line["quantity"])
    made.SalesItemLineDetail.UnitPrice = float(line["price"])
    return made


def payment(record, billed):
    amount = float(record.properties["hs_initial_amount"])
    made = Payment()
    made.CustomerRef = ref(billed.CustomerRef.value)
    made.TotalAmt = amount
    applied = PaymentLine()
    applied.Amount = amount
    link = LinkedTxn()
    link.TxnId, link.TxnType = billed.Id, "Invoice"
    applied.LinkedTxn.append(link)
    made.Line.append(applied)
    return made


def rows(kind):
    start, found = 1, []
    while True:
        page = patiently(kind.all, start_position=start, max_results=1000, qb=books)
        found += page
        if len(page) < 1000:
            return found
        start += 1000


def to_hubspot():
    people = made_in_crm("contacts", rows(Customer), lambda one: (contact(one), ()))
    goods = made_in_crm(
        "products", [one for one in rows(Item) if one.Sku], lambda one: (product(one), ())
    )
    invoices = rows(Invoice)
    draft = {"hs_currency": "USD", "hs_invoice_billable": "false", "hs_invoice_status": "draft"}
    mirrors = made_in_crm(
        "invoices", invoices, lambda one: (draft, [(people[one.CustomerRef.value], TO_CONTACT)])
    )
    parts = [
        (line, mirrors[one.Id])
        for one in invoices
        for line in one.Line
        if line.DetailType == "SalesItemLineDetail"
    ]
    made_in_crm("line_items", parts, lambda one: (part(one[0], goods), [(one[1], TO_INVOICE)]))
    finished = [
        SimplePublicObjectBatchInput(
            id=mirrors[one.Id],
            properties={"hs_invoice_status": "open", "hs_amount_billed": str(one.TotalAmt)},
        )
        for one in invoices
    ]
    for some in chunks(finished, 100):
        patiently(batches.update, "invoices", BatchInputSimplePublicObjectBatchInput(inputs=some))
    made_in_crm(
        "commerce_payments",
        rows(Payment),
        lambda one: (
            received(one),
            [(mirrors[one.Line[0].LinkedTxn[0].TxnId], PAYMENT_TO_INVOICE)],
        ),
    )


def association(other, type_id):
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    return {"to": {"id": other}, "types": [kind]}


def made_in_crm(kind, rows, body):
    """By the row's id; results are matched by the trace id that was sent along."""
    ids = {}
    for some in chunks(rows, 100):
        asked, by_trace = [], {}
        for one in some:
            properties, links = body(one)
            trace = str(uuid.uuid4())
            by_trace[trace] = getattr(one, "Id", trace)
            associations = [association(other, type_id) for other, type_id in links]
            asked.append(
                SimplePublicObjectBatchInputForCreate(
                    properties=properties, associations=associations, object_write_trace_id=trace
                )
            )
        answer = patiently(
            batches.create, kind, BatchInputSimplePublicObjectBatchInputForCreate(inputs=asked)
        )
        for one in answer.results:
            ids[by_trace[one.object_write_trace_id]] = one.id
    return ids


def contact(one):
    email = one.PrimaryEmailAddr.Address
    return {"email": email, "firstname": one.GivenName, "lastname": one.FamilyName}


def product(one):
    return {"name": one.Name, "hs_sku": one.Sku, "price": str(one.UnitPrice)}


def part(line, goods):
    detail = line.SalesItemLineDetail
    return {
        "name": line.Description,
        "price": str(detail.UnitPrice),
        "quantity": str(detail.Qty),
        "hs_product_id": goods[detail.ItemRef.value],
    }


def received(one):
    return {
        "hs_initial_amount": str(one.TotalAmt),
        "hs_initiated_date": f"{one.TxnDate}T12:00:00Z",
        "hs_currency_code": "USD",
        "hs_latest_status": "succeeded",
        "hs_payment_method_type": "other",
        "hs_processor_type": "none",
    }


run({"hubspot": to_quickbooks, "quickbooks": to_hubspot})
