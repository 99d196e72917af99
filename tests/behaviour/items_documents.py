"""Sections D to G: the entities, filters, who may edit what, and what fails."""

from tests.behaviour.reasons import ELSEWHERE, PAGE

DOCUMENTS = (
    # Matching
    ("D1", "D", "Records meet by the default key, by a chosen field, or not at all."),
    ("D2", "D", "Contacts meet by e-mail, products by SKU; companies are never made."),
    ("D3", "D", "Matching works on a field whose mapping is off."),
    ("D4", "D", "A company's domain as a key.",
     "Companies are read for names and filters only; they meet nobody in QuickBooks."),
    ("D5", "D", "With a chosen field only that field counts."),
    ("D6", "D", "Records that do not match stay apart; doubles are never merged by us."),
    ("D7", "R", "Invoices have no key; they are linked by id and by our own marker."),
    # Contacts and products
    ("D8", "D", "Without an e-mail address a contact stays out unless an option lets it in."),
    ("D9", "D", "The first contact of a company takes its name in QuickBooks, the next ones a name"
     " of their own that stays unique."),
    ("D10", "R", "A name that a vendor or employee has fails that contact, with a remedy."),
    ("D10a", "D", "Names of people travel field by field; the display name is made once."),
    ("D11", "D", "Products meet by SKU, and those without one stay out by default."),
    ("D12", "D", "Recommended for products: QuickBooks to HubSpot."),
    # Invoices to QuickBooks
    ("D13", "D", "A finalized invoice is booked in the next pass; a draft never."),
    ("D14", "D", "An invoice whose contact is not a linked customer fails; it makes no customer."),
    ("D15", "D", "Another contact on the invoice, or an equal e-mail, heals that."),
    ("D16", "D", "Each line meets an item: by the product's link, then by SKU."),
    ("D17", "D", "A line that meets none goes to one catch-all item on the chosen account."),
    ("D18", "D", "Payments and voids in HubSpot reach the booked invoice, and so do edits."),
    ("D19", "D", "Tax and fees of the whole order are refused with advice; one discount travels."),
    ("D20", "D", "HubSpot's own limits on finalized and paid invoices are met, not fought."),
    # Invoices to HubSpot
    ("D20a", "D", "Every QuickBooks invoice comes in, whatever its age."),
    ("D20b", "D", "They stand among HubSpot's invoices as copies that bill nobody."),
    ("D20c", "D", "An invoice from QuickBooks is edited there."),
    ("D20d", "R", "A copy never goes back."),
    # Payments
    ("D21", "D", "With outbound or two-way invoices payments travel, both ways."),
    ("D22", "D", "With inbound-only invoices they do not."),
    ("D23", "D", "A payment on either side appears on the invoice of the other."),
    ("D24", "D", "Payments and credits may be added in QuickBooks to any invoice; one from HubSpot"
     " may not be removed there."),
    ("D25", "R", "A payment waits for its invoice."),
    # Associations
    ("D26", "D", "A copy carries its contact, and that contact's company."),
    ("D27", "D", "A document finds its parent by the link, however that was matched."),
    ("D28", "D", "Contact, company and product of a document are tied by themselves.",
     f"{PAGE} That they are tied is D26."),
    ("D29", "D", "Custom objects keep no associations.", "Custom objects do not sync."),
    # Deletion and merging
    ("D30", "D", "A deletion does not travel; the other record stays and says so."),
    ("D31", "D", "Map a closed stage of a deal instead of deleting it.", "Deals do not sync."),
    ("D32", "D", "The contact that a merge leaves takes the customer over."),
    ("D33", "R", "A void travels from where the invoice was born, a deletion never."),
    # Types of fields
    ("D34", "D", "Fields of one kind may be mapped both ways."),
    ("D35", "D", "Numbers, dates and flags of QuickBooks may go into a HubSpot text."),
    ("D36", "D", "Numbers, dates, flags and computed values of HubSpot may go out as text."),
    ("D37", "D", "Lists whose choices differ go one way, as text."),
    ("D38", "D", "A field that nobody may write gets a fixed direction."),
    # Filters
    ("E1", "D", "Each direction has filters of its own."),
    ("E2", "D", "A filter looks at the record or at an associated one."),
    ("E3", "D", "Conditions add up in a group; one group is enough."),
    ("E4", "R", "The operators follow the type of the property."),
    ("E5", "C", "A linked record that no longer matches stops, or goes on: a choice per direction;"
     " without one it stops."),
    ("E6", "D", "Three fixed filters guard invoices to QuickBooks: born in HubSpot, finalized,"
     " made or changed after the start."),
    ("E7", "R", "An older invoice goes once somebody changes it after the start."),
    ("E8", "D", "Nothing of the past is sent to QuickBooks by itself."),
    ("E9", "D", "SKU is known and e-mail is known are there from the beginning."),
    ("E10", "D", "A recommended filter keeps leads out of the books until somebody removes it."),
    ("E11", "D", "Filters are asked before each create."),
    # Conflicts and protection
    ("F1", "D", "One winner per rule where both changed; or a person is asked."),
    ("F2", "D", "An empty value wipes nothing, whoever wins."),
    ("F3", "D", "The winner never overrules the direction."),
    ("F4", "D", "One way, the sender wins."),
    ("F5", "C", "As an option, any edit in QuickBooks of an invoice from HubSpot fails."),
    ("F6", "D", "By default only its money is protected: lines, prices, tax, its payments; other"
     " fields, added payments and service dates travel."),
    ("F7", "D", "While it fails for that it stands still; undone, it goes on."),
    ("F8", "R", "Equal money to the last agreement clears the failure."),
    ("F9", "R", "Protection outranks the winner."),
    ("F10", "D", "Of a paid invoice the edit in QuickBooks can only be undone there."),
    # Failures
    ("G1", "D", "No linked customer: says who is missing and why, and heals."),
    ("G2", "D", "A name that is taken: says so, and how to make it unique."),
    ("G3", "D", "A service date is demanded: found before going live; the invoice says so."),
    ("G4", "D", "Money changed in the wrong app: before, after and where to undo it."),
    ("G5", "D", "A number that another document has: says which setting leads to it."),
    ("G6", "D", "A banner while invoices fail.",
     f"{PAGE} The number behind it is proven with H2."),
    ("G7", "D", "The state of one invoice on its own card in HubSpot.",
     "Nothing of ours runs inside HubSpot; the record's own row says the same (H7)."),
    ("G8", "D", "All failures of all entities in one list."),
    ("G9", "D", "The explanation stands with the failure."),
    ("G10", "R", "Each reason has a title and a group."),
    ("G11", "D", "Failures grouped by type, chosen, resynced, exported.", ELSEWHERE),
    ("G12", "D", "A retry every 20 minutes, ten times, then nightly.", ELSEWHERE),
    ("G20", "R", "A missing tax rate is told as tax."),
    ("G21", "R", "A name that a vendor or employee has is told as that."),
    ("G22", "R", "A stale version is read and decided again, also when a payment moved it."),
    ("G23", "R", "A closed period is recognised by code or by text."),
    ("G24", "R", "A void that payments stand against says in which order to undo."),
    ("G25", "R", "Another currency is refused with both named."),
    ("G26", "R", "A number clash never leads to a second document."),
    ("G27", "R", "Sub-customers are not written."),
    ("G28", "R", "A custom field that did not arrive is noticed."),
    ("G29", "R", "A read that failed is never taken for a deletion."),
    ("G30", "R", "A replayed answer is read back before it is linked."),
)  # fmt: skip
