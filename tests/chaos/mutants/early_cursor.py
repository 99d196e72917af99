"""The cursor goes on before the rows of its page are stored."""

from syncapp.models import ChangeCursor

TARGET = "syncapp.pipeline.detect:_store"


def changed(real):
    def store(work, side, page, listed):
        ChangeCursor.objects.update_or_create(
            integration=work.integration,
            side=side,
            entity=page.entity,
            defaults={"since": page.cursor.since, "page": page.cursor.page},
        )
        real(work, side, page, listed)

    return store
