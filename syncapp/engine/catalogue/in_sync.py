"""What a record in sync may still have to say."""

from collections.abc import Mapping

from syncapp.engine.catalogue.category import Category, Group, Place, Who

IN_SYNC: Mapping[str, Category] = {
    "held": Category(
        "Difference left as it is",
        Group.HELD,
        "In sync, but for a difference that is left as it is: {what}.",
        "Make the two alike where that is wrong.",
        "A one-way mapping, a filter or an empty value keeps them apart; nothing is overwritten.",
        Who.BOOKKEEPER,
        Place.DECISION,
    ),
}
