"""A pass as the pipeline makes it, with a database in memory: recover, match, decide, write.

What is assigned to `links`, `intents` and `listed` is committed; a crash loses the rest.
"""

from dataclasses import dataclass, field, replace

from syncapp.engine import wire
from syncapp.engine.baseline import settle
from syncapp.engine.compare import fold, is_empty, money_fold
from syncapp.engine.keys import change_id, create_id
from syncapp.engine.match import doubles, match
from syncapp.engine.plan import Plan, Verdict
from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Baseline, Pair, Presence, Side
from syncapp.engine.rules import FieldKind, SyncRule
from syncapp.engine.writes import Operation, Write
from syncapp.objects.invoice_lines import pair_lines
from tests.engine.remotes import AnswerLost, Crash, Refusal, Remote

H, Q = Side.HUBSPOT, Side.QUICKBOOKS


@dataclass
class Link:
    ids: dict[Side, str]
    origin: Side | None = None
    baseline: Baseline | None = None
    generation: int = 0
    line_pairs: dict = field(default_factory=dict)
    is_held: bool = False  # a double, or several could be its partner

    @property
    def is_linked(self):
        return len(self.ids) == 2


@dataclass
class Intent:
    link: Link
    write: Write
    request_id: str
    fields: tuple


@dataclass
class Listed:
    """One line of the activity: what a write replaced, and whether it is told as a loss."""

    side: Side
    id: str
    mapping: str
    overwritten: object
    is_told: bool


@dataclass
class Worker:
    rule: SyncRule
    remotes: dict[Side, Remote]
    parents: dict = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    decisions: dict = field(default_factory=dict)
    on_plan: object = None
    on_unsure: object = None
    on_settled: object = None
    refused: list[Link] = field(default_factory=list)

    def work(self):
        """One pass. Raises Crash where the process dies."""
        self.refused = []
        self._recover()
        self._discover()
        self._match()
        for link in list(self.links):
            if not any(one.link is link for one in self.intents):
                self._decide(link)

    def pair(self, link):
        sides = {side: self.remotes[side].read(id_) for side, id_ in link.ids.items()}
        return Pair(
            sides.get(H),
            sides.get(Q),
            link.baseline,
            link.origin,
            parents=self.parents,
            line_pairs=link.line_pairs,
            generation=link.generation,
        )

    def plan(self, link) -> Plan:
        return reconcile(self.rule, self.pair(link), self.decisions.get(id(link)))

    # RECOVER

    def _recover(self):
        for intent in list(self.intents):
            remote, write = self.remotes[intent.write.side], intent.write
            id_ = self._applied(remote, intent)
            if id_ is not None:
                self._answer(intent, remote.read(id_), is_recovered=True)
            elif (
                write.target and str(remote.read(write.target.id).version) != write.expected_version
            ):
                self._list(intent)  # it may have happened and been stored differently
            self.intents.remove(intent)

    def _applied(self, remote, intent):
        write = intent.write
        if write.operation is Operation.CREATE:
            return remote.found_by_key(_key(write.source))
        now = remote.read(write.target.id)
        if write.operation is Operation.VOID:
            return write.target.id if now.presence is Presence.VOIDED else None
        held = all(_alike(now.get(name), value) for name, value in write.fields.items())
        return write.target.id if held else None

    # MATCH

    def _discover(self):
        for side, remote in self.remotes.items():
            known = {link.ids.get(side) for link in self.links}
            self.links += [Link({side: id_}) for id_ in remote.records if id_ not in known]

    def _match(self):
        if not self.rule.match_keys:
            return
        for side in Side:
            halves = {link.ids[side]: link for link in self.links if set(link.ids) == {side}}
            records = [self.remotes[side].read(id_) for id_ in halves]
            records = [one for one in records if one.is_live]
            later = doubles(records, self.rule.match_keys)
            for record in records:
                self._match_one(halves[record.ref.id], record, record.ref in later)

    def _match_one(self, link, record, is_double):
        side = record.ref.side
        others = self.remotes[side.other]
        candidates = [others.read(id_) for id_ in others.records]
        taken = {others.ref(one.ids[side.other]): record.ref for one in self.links if one.is_linked}
        found = match(record, candidates, self.rule.match_keys, taken)
        link.is_held = is_double or found.is_ambiguous
        if link.is_held or found.partner is None:
            return
        self.links = [one for one in self.links if one.ids != {side.other: found.partner.id}]
        link.ids[side.other] = found.partner.id

    # RECONCILE, APPLY, RECORD

    def _decide(self, link):
        if link.is_held and not link.is_linked:
            return
        plan = self.plan(link)
        self.on_plan(link, plan)
        if not plan.writes:
            if link.is_linked:
                self._settle(link, plan.fields, frozenset())
            return
        intents = [self._intent(link, write, plan) for write in plan.writes]
        self.intents += intents  # committed before anything is sent
        for intent in intents:
            self._send(intent)

    def _intent(self, link, write, plan):
        return Intent(link, write, self._request_id(link, write), plan.fields)

    def _request_id(self, link, write):
        if write.operation is Operation.CREATE:
            return create_id("4711", "9130", write.source, 0, link.generation)
        payload = repr(wire.encode(write.fields))
        return change_id("9130", write.operation, write.target, write.expected_version, payload)

    def _send(self, intent):
        remote, write = self.remotes[intent.write.side], intent.write
        if write.operation is Operation.CREATE and (
            there := remote.found_by_key(_key(write.source))
        ):
            intent.link.ids[remote.side] = there
            intent.link.origin = remote.side.other
            self.intents.remove(intent)
            return
        try:
            answer = remote.send(write, intent.request_id, _key(write.source))
        except AnswerLost:
            self.on_unsure(intent)
            return
        except Crash:
            self.on_unsure(intent)
            raise
        except Refusal:
            self.refused.append(intent.link)
            intent.link.generation += 1
            self.intents.remove(intent)
            return
        self._answer(intent, answer)
        self.intents.remove(intent)

    def _answer(self, intent, answer, *, is_recovered=False):
        link, side = intent.link, intent.write.side
        link.ids[side] = answer.ref.id
        if intent.write.operation is Operation.CREATE:
            link.origin = side.other
        self._list(intent)
        after = replace(self.pair(link), **{side.value: answer})
        self._settle(link, intent.fields, frozenset([side]), after, is_recovered=is_recovered)
        sent, answered = intent.write.fields.get("Line"), answer.get("Line")
        if sent and answered:
            link.line_pairs = dict(pair_lines(sent, answered))
        self.decisions.pop(id(link), None)

    def _settle(self, link, fields, confirmed, after=None, **rest):
        after = after or self.pair(link)
        link.baseline = settle(self.rule, link.baseline, fields, confirmed, after, **rest)
        self.on_settled(link, fields, confirmed)

    def _list(self, intent):
        for one in intent.fields:
            if one.verdict is Verdict.COPY and one.target is intent.write.side:
                if is_empty(one.overwritten) or intent.write.target is None:
                    continue
                known = self._knows(intent.link, one.mapping)
                self.listed.append(
                    Listed(one.target, intent.write.target.id, one.mapping, one.overwritten,
                           one.lost or not known)
                )  # fmt: skip

    def _knows(self, link, mapping):
        return link.baseline is not None and mapping in link.baseline.hubspot


def _key(source):
    return f"{source.side}/{source.id}" if source else ""


def _alike(here, there):
    if isinstance(here, tuple) or isinstance(there, tuple):
        return money_fold(here) == money_fold(there)
    return fold(FieldKind.TEXT, here) == fold(FieldKind.TEXT, there)
