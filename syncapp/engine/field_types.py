"""What a property or field of an account is, as far as deciding needs to know."""

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"  # a single checkbox
    CHOICE = "choice"  # one of several options: a drop-down, radio buttons
    CHOICES = "choices"  # any number of options: several checkboxes
    OWNER = "owner"  # a user of HubSpot
    REFERENCE = "reference"  # another record
    LINES = "lines"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    FieldType.TEXT: "a text",
    FieldType.NUMBER: "a number",
    FieldType.DATE: "a date",
    FieldType.DATETIME: "a date with time",
    FieldType.BOOLEAN: "a yes/no field",
    FieldType.CHOICE: "a choice of one option",
    FieldType.CHOICES: "a choice of several options",
    FieldType.OWNER: "a HubSpot user",
    FieldType.REFERENCE: "another record",
    FieldType.LINES: "the lines of the document",
}


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A property or field of one account, as it is there now. `most_characters`: the vendor
    takes no longer text; None where it says nothing."""

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    is_read_only: bool = False
    is_required: bool = False
    options: tuple[tuple[str, str], ...] = ()  # (value, label)
    most_characters: int | None = None
