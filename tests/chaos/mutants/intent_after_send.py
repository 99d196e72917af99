"""What is written is stored after it was sent: a crash in between leaves no trace."""

from syncapp.pipeline import apply, intents

TARGET = "syncapp.pipeline.apply:_send_step"


def changed(real):
    def send_step(work, connector, sendings, number):
        if not sendings:
            return
        keyed = connector.pack([apply._keyed(work, one, number) for one in sendings])
        answers = connector.apply(keyed)
        intents.commit(work, sendings, keyed)
        given = list(zip(sendings, answers, strict=True))
        intents.commit_answers(work, given, last=number)

    return send_step
