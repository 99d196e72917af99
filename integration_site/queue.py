"""The queue's settings. It is a doorbell: rows are the queue, a task only says where to look."""

from typing import Any

from integration_site.environment import whole
from integration_site.sync_settings import QUEUE_TIMEOUT

# `retry` must exceed the longest wait in the in-memory queue plus `timeout`, or a task that is
# merely waiting is handed out again. A failing task runs once: retries belong to our own rows.
Q_CLUSTER: dict[str, Any] = {
    "name": "ledgerline",
    "orm": "default",
    "broker_class": "integration_site.broker.Broker",
    "workers": whole("WORKERS", 2),
    "timeout": QUEUE_TIMEOUT,
    "retry": 900,
    "queue_limit": 2,
    "bulk": 1,
    "poll": 1,
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "recycle": 200,
    "save_limit": 250,
    "label": "Background tasks",
}
