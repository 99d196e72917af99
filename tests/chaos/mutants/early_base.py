"""The agreement is advanced when a write is announced, not when it is answered."""

from syncapp.engine import wire
from syncapp.engine.plan import Verdict
from syncapp.pipeline.dossier import baseline_of

TARGET = "syncapp.pipeline.intents:commit"


def changed(real):
    def commit(work, sendings, keyed):
        real(work, sendings, keyed)
        for sending in sendings:
            base = baseline_of(sending.link)
            if base is None:
                continue
            stores = {"hubspot": dict(base.hubspot), "quickbooks": dict(base.quickbooks)}
            for one in wire.decode(sending.settles.get("fields")) or ():
                if one.verdict is Verdict.COPY:
                    stores[one.target.value][one.mapping] = one.written
                    stores[one.target.other.value][one.mapping] = one.source_value
            sending.link.baseline_hubspot = wire.encode(stores["hubspot"])
            sending.link.baseline_quickbooks = wire.encode(stores["quickbooks"])
            sending.link.save(update_fields=["baseline_hubspot", "baseline_quickbooks"])

    return commit
