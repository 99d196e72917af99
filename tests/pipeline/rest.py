"""Have both worlds come to rest? Nothing is written any more and nothing is left unsaid."""

from syncapp.models import RecordLink, WriteIntent
from tests.pipeline.worlds import Trade


def settle_down(trade: Trade) -> None:
    """Three passes, then one that must not write."""
    for _ in range(3):
        trade.sync()
    trade.sync_quietly()
    unsaid = RecordLink.objects.exclude(state="in_sync").filter(sentence="")
    assert not list(unsaid)
    assert not RecordLink.objects.filter(category__in=("our_mistake", "does_not_settle"))
    assert not WriteIntent.objects.filter(state=WriteIntent.State.OPEN)
