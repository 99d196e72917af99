"""The script that is written first: one record at a time, each looked for before it is made."""

from accounts import ASKED, WRITTEN_BACK, hubspot, make_property, patiently, quickbooks, run
from hubspot.crm.objects import SimplePublicObjectInput, SimplePublicObjectInputForCreate
from quickbooks.objects.base import EmailAddress, LinkedTxn, Ref
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.payment import Payment, PaymentLine

CONTACT = ["email", "firstname", "lastname"]
PRODUCT = ["name", "hs_sku", "price"]
INVOICE = ["hs_number", "hs_currency", "hs_invoice_status"]
LINE = ["name", "price", "quantity", "hs_product_id", "amount"]
PAYMENT = ["hs_initial_amount"]
TO_CONTACT, TO_INVOICE, PAYMENT_TO_INVOICE = 177, 410, 542

crm, books = hubspot(), quickbooks()
objects = crm.crm.objects.basic_api


def listed(kind, properties, links=()):
    after = None
    while True:
        page = patiently(
            objects.get_page, kind, limit=100, after=after, properties=properties,
            associations=list(links) or None,
        )  # fmt: skip
        yield from page.results
        if not page.paging:
            return
        after = page.paging.next.after


def linked(record, kind):
    found = (record.associations or {}).get(kind)
    return [one.id for one in found.results] if found else []


def to_quickbooks():
    make_property(crm)
    customers = {one.id: customer(one.properties) for one in listed("contacts", CONTACT)}
    items = {one.id: item(one.properties) for one in listed("products", PRODUCT)}
    invoices = {}
    for one in listed("invoices", INVOICE):
        invoices[one.id] = bill(one.id, customers, items)
    for one in listed("commerce_payments", PAYMENT):
        book(one.id, invoices)


def customer(person):
    found = patiently(Customer.filter, PrimaryEmailAddr=person["email"], qb=books)
    if found:
        return found[0].Id
    made = Customer()
    made.DisplayName = f"{person['firstname']} {person['lastname']}"
    made.GivenName, made.FamilyName = person["firstname"], person["lastname"]
    made.PrimaryEmailAddr = EmailAddress()
    made.PrimaryEmailAddr.Address = person["email"]
    return patiently(made.save, qb=books).Id


def item(product):
    found = patiently(Item.filter, Name=product["name"], qb=books)
    if found:
        return found[0].Id
    made = Item()
    made.Name, made.Sku, made.Type = product["name"], product["hs_sku"], "Service"
    made.UnitPrice = float(product["price"])
    made.IncomeAccountRef = Ref()
    made.IncomeAccountRef.value = ASKED["income"]
    return patiently(made.save, qb=books).Id


def bill(number, customers, items):
    record = patiently(
        objects.get_by_id, "invoices", number, properties=INVOICE,
        associations=["contacts", "line_items"],
    )  # fmt: skip
    doc = record.properties["hs_number"]
    found = patiently(Invoice.filter, DocNumber=doc, qb=books)
    if found:
        return found[0]
    made = Invoice()
    made.DocNumber = doc
    made.CustomerRef = Ref()
    made.CustomerRef.value = customers[linked(record, "contacts")[0]]
    for line_id in linked(record, "line items") or linked(record, "line_items"):
        line = patiently(objects.get_by_id, "line_items", line_id, properties=LINE)
        made.Line.append(sold(line.properties, items))
    saved = patiently(made.save, qb=books)
    patiently(
        objects.update, "invoices", number,
        simple_public_object_input=SimplePublicObjectInput(
            properties={WRITTEN_BACK: saved.Id}
        ),
    )  # fmt: skip
    return saved


def sold(line, items):
    made = SalesItemLine()
    made.Description = line["name"]
    made.Amount = float(line["amount"])
    made.SalesItemLineDetail = SalesItemLineDetail()
    made.SalesItemLineDetail.ItemRef = Ref()
    made.SalesItemLineDetail.ItemRef.value = items[line["hs_product_id"]]
    made.SalesItemLineDetail.Qty = float(line["quantity"])
    made.SalesItemLineDetail.UnitPrice = float(line["price"])
    return made


def book(number, invoices):
    record = patiently(
        objects.get_by_id, "commerce_payments", number, properties=PAYMENT,
        associations=["invoices"],
    )  # fmt: skip
    invoice = invoices[linked(record, "invoices")[0]]
    amount = float(record.properties["hs_initial_amount"])
    made = Payment()
    made.CustomerRef = Ref()
    made.CustomerRef.value = invoice.CustomerRef.value
    made.TotalAmt = amount
    applied = PaymentLine()
    applied.Amount = amount
    link = LinkedTxn()
    link.TxnId, link.TxnType = invoice.Id, "Invoice"
    applied.LinkedTxn.append(link)
    made.Line.append(applied)
    patiently(made.save, qb=books)


def to_hubspot():
    people = {one.Id: contact(one) for one in rows(Customer)}
    goods = {one.Id: product(one) for one in rows(Item) if one.Sku}
    mirrors = {}
    for one in rows(Invoice):
        mirrors[one.Id] = mirror(one, people, goods)
    for one in rows(Payment):
        receive(one, mirrors)


def rows(kind):
    start = 1
    while True:
        page = patiently(kind.all, start_position=start, max_results=100, qb=books)
        yield from page
        if len(page) < 100:
            return
        start += 100


def create(kind, properties, *links):
    associations = [
        {
            "to": {"id": other},
            "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}],
        }
        for other, type_id in links
    ]
    asked = SimplePublicObjectInputForCreate(properties=properties, associations=associations)
    return patiently(objects.create, kind, simple_public_object_input_for_create=asked).id


def contact(one):
    email = one.PrimaryEmailAddr.Address
    found = patiently(crm.crm.contacts.search_api.do_search, {
        "filterGroups": [{"filters": [
            {"propertyName": "email", "operator": "EQ", "value": email}]}], "limit": 1,
    })  # fmt: skip
    if found.results:
        return found.results[0].id
    person = {"email": email, "firstname": one.GivenName, "lastname": one.FamilyName}
    return create("contacts", person)


def product(one):
    return create("products", {"name": one.Name, "hs_sku": one.Sku, "price": str(one.UnitPrice)})


def mirror(row, people, goods):
    one = patiently(Invoice.get, row.Id, qb=books)
    invoice = create(
        "invoices",
        {"hs_currency": "USD", "hs_invoice_billable": "false", "hs_invoice_status": "draft"},
        (people[one.CustomerRef.value], TO_CONTACT),
    )
    for line in one.Line:
        if line.DetailType == "SalesItemLineDetail":
            detail = line.SalesItemLineDetail
            create(
                "line_items",
                {"name": line.Description, "price": str(detail.UnitPrice),
                 "quantity": str(detail.Qty), "hs_product_id": goods[detail.ItemRef.value]},
                (invoice, TO_INVOICE),
            )  # fmt: skip
    number = {"hs_number": one.DocNumber, "hs_amount_billed": str(one.TotalAmt)}
    finished = {"hs_invoice_status": "open", **{k: v for k, v in number.items() if v}}
    asked = SimplePublicObjectInput(properties=finished)
    patiently(objects.update, "invoices", invoice, simple_public_object_input=asked)
    return invoice


def receive(row, mirrors):
    one = patiently(Payment.get, row.Id, qb=books)
    invoice = mirrors[one.Line[0].LinkedTxn[0].TxnId]
    create(
        "commerce_payments",
        {"hs_initial_amount": str(one.TotalAmt), "hs_initiated_date": f"{one.TxnDate}T12:00:00Z",
         "hs_currency_code": "USD", "hs_latest_status": "succeeded",
         "hs_payment_method_type": "other", "hs_processor_type": "none"},
        (invoice, PAYMENT_TO_INVOICE),
    )  # fmt: skip


run({"hubspot": to_quickbooks, "quickbooks": to_hubspot})
