"""Keep the broker from handing a long task to a second worker while the first still works on it."""

from time import time
from typing import Any

from celery import bootsteps

RENEW_EVERY = 10  # seconds; well under the broker's visibility_timeout


class LeaseKeeper(bootsteps.StartStopStep):
    """Renew the lease of every message that this worker holds, as long as the worker lives.

    On Redis a message not acknowledged within `visibility_timeout` is delivered again, whether its
    worker died or is merely busy. With a short timeout (a killed worker's task must come back soon)
    and late acknowledgement, each task longer than that would run twice. The index that decides it is
    a sorted set of delivery times; here those times are moved on.
    """

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def __init__(self, consumer: Any, **kwargs: Any) -> None:
        super().__init__(consumer, **kwargs)
        self._timer: Any = None

    def start(self, consumer: Any) -> None:
        self._timer = consumer.timer.call_repeatedly(RENEW_EVERY, self.renew, (consumer,))

    def stop(self, consumer: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def renew(self, consumer: Any) -> None:
        """Move on the delivery time of each held message; an acknowledged one is not brought back."""
        channel = consumer.task_consumer.channel
        if not hasattr(channel, "unacked_index_key"):  # not Redis: no lease to keep
            return
        held = list(channel.qos._delivered)
        if held:
            with channel.conn_or_acquire() as client:
                client.zadd(channel.unacked_index_key, dict.fromkeys(held, time()), xx=True)
