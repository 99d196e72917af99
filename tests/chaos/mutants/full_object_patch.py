"""An update sends all that was read, not only what changes."""

TARGET = "syncapp.connectors.hubspot.writing:Writer.update"

WRITABLE = ("firstname", "lastname", "phone", "city", "company")


def changed(real):
    def update(self, entity, writes, target_id, fields=lambda write: write.fields):
        def everything(write):
            before = write.before.fields if write.before else {}
            kept = {name: before[name] for name in WRITABLE if name in before}
            return {**kept, **fields(write)}

        return real(self, entity, writes, target_id, everything)

    return update
