"""A long task's message stays with its living worker; an acknowledged one is not brought back."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from kombu import Connection

from hazard_tracker.embedded_redis import SOCKET_PATH_LIMIT, socket_path
from hazard_tracker.leases import LeaseKeeper

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """A broker of our own, the embedded one, in a folder whose path is too long for a socket on purpose."""
    folder = tmp_path_factory.mktemp("a-long-name-" + "x" * 80)
    process = subprocess.Popen(
        [sys.executable, "-m", "hazard_tracker.embedded_redis"],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(folder)},
    )
    connection = Connection(f"redis+socket://{socket_path(folder)}")
    deadline = time.monotonic() + 60
    while not socket_path(folder).exists():
        assert process.poll() is None, "the embedded broker ended at once"
        assert time.monotonic() < deadline, "the embedded broker did not start"
        time.sleep(0.1)
    yield connection
    connection.close()
    process.terminate()
    process.wait(timeout=60)


@pytest.fixture
def held(broker):
    """One message taken and not acknowledged, with its channel."""
    queue = broker.SimpleQueue("lease-test")
    queue.put({"task": "long"})
    message = queue.get(timeout=30)
    yield message, queue.channel
    queue.clear()
    queue.close()


def keeper_and_consumer(channel):
    consumer = SimpleNamespace(task_consumer=SimpleNamespace(channel=channel), timer=None)
    return LeaseKeeper(consumer), consumer


def test_the_delivery_time_of_a_held_message_moves_on(held):
    message, channel = held
    keeper, consumer = keeper_and_consumer(channel)
    tag = message.delivery_tag
    with channel.conn_or_acquire() as client:
        client.zadd(channel.unacked_index_key, {tag: 1.0})
        keeper.renew(consumer)
        renewed = client.zscore(channel.unacked_index_key, tag)
    assert renewed == pytest.approx(time.time(), abs=60)
    message.ack()


def test_an_acknowledged_message_is_not_brought_back(held):
    message, channel = held
    keeper, consumer = keeper_and_consumer(channel)
    tag = message.delivery_tag
    with channel.conn_or_acquire() as client:
        client.zrem(channel.unacked_index_key, tag)  # as if acknowledged between look and renewal
        keeper.renew(consumer)
        assert client.zscore(channel.unacked_index_key, tag) is None
    message.ack()


def test_a_broker_without_leases_is_left_alone():
    with Connection("memory://") as connection:
        keeper, consumer = keeper_and_consumer(connection.channel())
        keeper.renew(consumer)


def test_a_socket_path_is_never_too_long(tmp_path):
    short, long = Path("/srv/var"), tmp_path / ("x" * 120)
    assert socket_path(short) == short / "valkey.sock"
    assert len(os.fsencode(socket_path(long))) <= SOCKET_PATH_LIMIT
    assert socket_path(long) != socket_path(long / "y")
