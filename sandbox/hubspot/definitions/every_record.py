"""Properties every record has, and those of the commerce objects."""

from sandbox.hubspot.definitions.definition import (
    Definition,
    flag,
    group,
    instant,
    number,
    owner,
    read_only,
    text,
)

# hubspot-api.md 4.1 [PAY][ERR]
_ORIGIN = group(
    "record_information",
    *(
        read_only(definition)
        for definition in (
            number("hs_object_id", "Record ID"),
            instant("createdate", "Create Date"),
            text("hs_object_source", "Record source detail"),
            text("hs_object_source_label", "Record source"),
            text("hs_object_source_id", "Record source ID"),
            number("hs_object_source_user_id", "Record source user ID"),
            text("hs_object_source_detail_1", "Record source detail 1"),
            text("hs_object_source_detail_2", "Record source detail 2"),
            text("hs_object_source_detail_3", "Record source detail 3"),
            number("hs_created_by_user_id", "Created by user ID"),
            number("hs_updated_by_user_id", "Updated by user ID"),
            text("hs_merged_object_ids", "Merged record IDs"),
            flag("hs_was_imported", "Performed in an import"),
        )
    ),
    owner("hubspot_owner_id", "Owner"),
)

# hubspot-api.md 4.1 **T** (third-party list of line item properties)
_COMMERCE = group(
    "record_information",
    read_only(instant("hs_createdate", "Object create date/time")),
    read_only(text("hs_unique_creation_key", "Unique creation key")),
)

MODIFIED = group(
    "record_information",
    read_only(instant("hs_lastmodifieddate", "Object last modified date/time")),
)

EVERY_RECORD: tuple[Definition, ...] = _ORIGIN
EVERY_COMMERCE_RECORD: tuple[Definition, ...] = (*_ORIGIN, *_COMMERCE, *MODIFIED)
