"""Who changed what is protected: asked for only where the record itself did not say it."""

from collections.abc import Iterable
from dataclasses import replace

from syncapp.engine.protect import UNKNOWN_AUTHOR
from syncapp.engine.records import Entity
from syncapp.pipeline.context import Pass
from syncapp.pipeline.dossier import Dossier


def name(work: Pass, dossiers: Iterable[Dossier]) -> None:
    unnamed = [one for one in dossiers if one.entity is Entity.INVOICE and _is_unnamed(one)]
    for side, connector in work.connectors.items():
        asked = {
            one.snapshots[side].ref: one
            for one in unnamed
            if side in one.snapshots and one.link.origin == side.other
        }
        snapshots = [one.snapshots[side] for one in asked.values()]
        for ref, author in connector.authors(snapshots).items() if snapshots else ():
            _set(asked[ref], author)


def _is_unnamed(dossier: Dossier) -> bool:
    finding = dossier.plan.finding if dossier.plan else None
    return finding is not None and finding.facts.get("author") == UNKNOWN_AUTHOR


def _set(dossier: Dossier, author: str) -> None:
    plan = dossier.plan
    if plan is None or plan.finding is None or not author:
        return
    facts = {**plan.finding.facts, "author": author}
    dossier.plan = replace(plan, finding=replace(plan.finding, facts=facts))
