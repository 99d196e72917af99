"""A refused old version is sent again with the new one, without deciding anew."""

from dataclasses import replace
from uuid import uuid4

from syncapp.connectors.quickbooks.codec import ENTITY_NAMES
from syncapp.engine.writes import FaultKind, KeyedWrite, Refused

TARGET = "syncapp.connectors.quickbooks.sending:Sender._outcome"


def changed(real):
    def is_clash(answer):
        return isinstance(answer, Refused) and answer.fault.kind is FaultKind.VERSION_CLASH

    def outcome(self, group):
        answers = real(self, group)
        if not isinstance(answers, list):
            return answers
        given = []
        for (_, keyed), answer in zip(group, answers, strict=True):
            if is_clash(answer):
                write = keyed.write
                row = self._company.read(ENTITY_NAMES[write.entity], write.target.id)
                write = replace(write, expected_version=str(row["SyncToken"]))
                (answer,) = real(self, [(0, KeyedWrite(write, str(uuid4())))])
            given.append(answer)
        return given

    return outcome
