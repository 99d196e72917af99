"""Webhooks in one process: what the vendors have to say is kept, and brought when a run wants it:
in order, twice, backwards, as a stranger would forge it, long afterwards, or never."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from sandbox.notices import Event, completed, hubspot_notice, quickbooks_notice
from sandbox.webhooks import LARGEST_BATCH, REPLAY_AGE_MS, Webhooks
from syncapp.models import WebhookDelivery

BASE = "http://testserver"
HOW = ("in order", "twice", "backwards", "forged", "replayed", "sent again", "lost")
TAKEN, REFUSED = 200, 403


class Postbox(Webhooks):
    """Stands where the sandbox's own senders stand, and sends nothing by itself."""

    def clear(self) -> None:
        super().clear()
        self.waiting: dict[str, list[Event]] = {"hubspot": [], "quickbooks": []}
        self.told: dict[str, list[Event]] = {"hubspot": [], "quickbooks": []}

    def changed(self, vendor: str, event: Event) -> None:
        if account := self._accounts().get(vendor):  # else it is being opened
            self._last_event += 1
            self.waiting[vendor].append(completed(vendor, event, self._last_event, account))

    def secret(self, vendor: str) -> str:
        name = "client_secret" if vendor == "hubspot" else "webhook_token"
        return str(self._accounts()[vendor][name])

    def shape(self) -> str:
        return self._shape()


class Postman:
    def __init__(self, box: Postbox, counts: Counter[str]) -> None:
        self.box, self.counts = box, counts
        self.client = Client()
        settings.PUBLIC_BASE_URL = BASE
        settings.QUICKBOOKS_WEBHOOK_TOKENS = [box.secret("quickbooks")]

    def bring(self, vendor: str, how: str) -> None:
        """Asserts how it is answered, and that nothing is kept that must not be, or twice."""
        events = self.box.waiting[vendor]
        match how:
            case "forged":
                self._refused(vendor, events, secret="a stranger's")
                return
            case "replayed":
                self._long_afterwards(vendor)
                return
            case "sent again":
                self._repeated(vendor, self.box.told[vendor])
                return
            case "lost":
                events.clear()
                return
        letters = [[one] for one in reversed(events)] if how == "backwards" else _batches(events)
        for letter in letters:
            assert self._post(vendor, letter) == TAKEN
        if how == "twice":
            self._repeated(vendor, events)
        self.box.told[vendor] += events
        events.clear()

    def _long_afterwards(self, vendor: str) -> None:
        """HubSpot's signature is too old then; that of QuickBooks never is: it must do no harm."""
        told = self.box.told[vendor]
        if vendor == "hubspot":
            self._refused(vendor, told, age_ms=REPLAY_AGE_MS)
        else:
            self._repeated(vendor, told)

    def _refused(self, vendor: str, events: Sequence[Event], **how: Any) -> None:
        before = WebhookDelivery.objects.count()
        for letter in _batches(events):
            assert self._post(vendor, letter, **how) == REFUSED
        assert WebhookDelivery.objects.count() == before

    def _repeated(self, vendor: str, events: Sequence[Event]) -> None:
        """Also where a backup has forgotten them: stored once more then, and only once."""
        for letter in _batches(events):
            assert self._post(vendor, letter) == TAKEN
        before = WebhookDelivery.objects.count()
        for letter in _batches(events):
            assert self._post(vendor, letter) == TAKEN
        assert WebhookDelivery.objects.count() == before

    def _post(
        self, vendor: str, events: Sequence[Event], *, secret: str = "", age_ms: int = 0
    ) -> int:
        url = f"{BASE}/webhooks/{vendor}/"
        key = secret or self.box.secret(vendor)
        if vendor == "hubspot":
            now_ms = int(timezone.now().timestamp() * 1000)
            notice = hubspot_notice(events, key, url, attempt=0, signed_at_ms=now_ms - age_ms)
        else:
            notice = quickbooks_notice(events, key, self.box.shape())
        self.counts["letters"] += 1
        headers = {name: value for name, value in notice.headers.items() if name != "Content-Type"}
        answer = self.client.post(
            f"/webhooks/{vendor}/", notice.body, content_type="application/json", headers=headers
        )
        return answer.status_code


def _batches(events: Sequence[Event]) -> list[Sequence[Event]]:
    starts = range(0, len(events), LARGEST_BATCH)
    return [events[start : start + LARGEST_BATCH] for start in starts]
