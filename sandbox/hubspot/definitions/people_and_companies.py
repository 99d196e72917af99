"""Properties of contacts and companies: hubspot-api.md 5.1 and 5.2 [OBJ]."""

from sandbox.hubspot.definitions.definition import (
    Definition,
    choice,
    group,
    instant,
    read_only,
    text,
)
from sandbox.hubspot.definitions.every_record import EVERY_RECORD, MODIFIED

# in the order in which a contact moves forward
LIFECYCLE_STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)

CONTACT: tuple[Definition, ...] = (
    *group(
        "contactinformation",
        text("email", "Email", unique=True),
        read_only(text("hs_additional_emails", "Additional email addresses")),
        text("firstname", "First Name"),
        text("lastname", "Last Name"),
        text("phone", "Phone Number"),
        text("mobilephone", "Mobile Phone Number"),
        text("fax", "Fax Number"),
        text("company", "Company Name"),
        text("jobtitle", "Job Title"),
        text("website", "Website URL"),
        text("address", "Street Address"),
        text("city", "City"),
        text("state", "State/Region"),
        text("zip", "Postal Code"),
        text("country", "Country/Region"),
        choice("lifecyclestage", *LIFECYCLE_STAGES, label="Lifecycle Stage"),
        read_only(instant("lastmodifieddate", "Last Modified Date")),
    ),
    *EVERY_RECORD,
)

COMPANY: tuple[Definition, ...] = (
    *group(
        "companyinformation",
        text("name", "Company name"),
        text("domain", "Company Domain Name"),
        text("phone", "Phone Number"),
        text("address", "Street Address"),
        text("address2", "Street Address 2"),
        text("city", "City"),
        text("state", "State/Region"),
        text("zip", "Postal Code"),
        text("country", "Country/Region"),
        text("website", "Website URL"),
        text("industry", "Industry"),
        text("description", "Description", long=True),
        choice("lifecyclestage", *LIFECYCLE_STAGES, label="Lifecycle Stage"),
    ),
    *EVERY_RECORD,
    *MODIFIED,
)
