"""Search sees a record as it was `search_lag_seconds` ago: hubspot-api.md 8 [SEARCH].

What search still shows is kept per record as (until when, how it was then); several changes
within the lag become visible one after the other.
"""

from typing import Any

from sandbox.hubspot.portal import Portal, Record


def remember_indexed(portal: Portal, type_name: str, record_id: str, before: Record | None) -> None:
    """Call before a change; `before` None: search does not know the record yet."""
    lag = portal.option("search_lag_seconds")
    if not lag:
        return
    shown = None
    if before is not None and not before["archived"]:
        shown = {**before, "properties": dict(before["properties"])}
    waiting = portal.state["unindexed"][type_name].setdefault(record_id, [])
    waiting.append({"until_ms": portal.clock.now_ms() + int(lag * 1000), "shown": shown})


def indexed_records(portal: Portal, type_name: str, changed_since: str = "") -> list[Record]:
    """What search can find now; `changed_since` may spare the look at older ones."""
    live = portal.records(type_name).values()
    unindexed = portal.state["unindexed"][type_name]
    if not unindexed:
        candidates = portal.recency[type_name].since(changed_since) if changed_since else live
        return [record for record in candidates if not record["archived"]]
    _forget_settled(portal, unindexed)
    found = []
    for record in live:
        waiting = unindexed.get(record["id"])
        shown = waiting[0]["shown"] if waiting else record
        if shown is not None and not shown["archived"]:
            found.append(shown)
    return found


def _forget_settled(portal: Portal, unindexed: dict[str, list[dict[str, Any]]]) -> None:
    now = portal.clock.now_ms()
    for record_id in list(unindexed):
        waiting = [change for change in unindexed[record_id] if change["until_ms"] > now]
        if waiting:
            unindexed[record_id] = waiting
        else:
            del unindexed[record_id]
