"""The stop of a node and the departure of clients: requests end with a response, settles are sent."""

import signal
import socket
import struct
import threading
import time

import pytest

from raw_http import Closed, Connection, chat, chat_body, chat_bytes, get, post_bytes
from weir_harness import SLOWNESS, Node, eventually, keys_yaml

WIDE = {"request_per_minute": 1_000_000, "output_tokens_per_minute": 100_000_000}


def settings(redis_server=None, **more):
    redis = {"REDIS_URL": redis_server.url} if redis_server else {}
    return {"API_KEYS": keys_yaml(sk_test=WIDE), "API_KEYS_FILE": ""} | redis | more


def test_requests_under_way_at_sigterm_get_responses_and_settle(redis_server):
    with Node(**settings(redis_server, MOCK_DELAY_MS=700, MOCK_COMPLETION_TOKENS=3)) as node:
        connections = [Connection(node.port, timeout=20) for _ in range(40)]
        for connection in connections:
            connection.send(chat_bytes("sk-test", max_tokens=500))
        eventually(lambda: redis_server.windows() and redis_server.total()[0] == 40, what="40 reservations")
        assert redis_server.total()[2] == 40 * 500
        node.signal(signal.SIGTERM)
        responses = [connection.response() for connection in connections]
        assert {response.status for response in responses} == {200}
        assert {response.headers["connection"] for response in responses} == {"close"}
        assert node.wait() == 0
        assert redis_server.total()[::2] == (40, 40 * 3)  # all settles were sent before it ended


def test_sigterm_under_load_loses_no_response(redis_server):
    """A client that sent a whole request on an accepted connection gets a response, or a close before it."""
    statuses, stop = [], threading.Event()

    def ask(port):
        with Connection(port) as connection:
            while not stop.is_set():
                try:
                    statuses.append(connection.chat("sk-test", max_tokens=9).status)
                except (Closed, OSError):
                    return

    with Node(**settings(redis_server, MOCK_DELAY_MS=20, MOCK_COMPLETION_TOKENS=2)) as node:
        threads = [threading.Thread(target=ask, args=(node.port,)) for _ in range(12)]
        for thread in threads:
            thread.start()
        eventually(lambda: len(statuses) > 60, what="responses")
        assert node.stop() == 0
        stop.set()
        for thread in threads:
            thread.join()
        requests, _, output = redis_server.total()
        assert set(statuses) == {200}
        # A request stays charged where its client left before the response. Output is settled for all.
        assert len(statuses) <= requests <= len(statuses) + 12 and output == 2 * requests


def test_readiness_fails_while_requests_under_way_still_get_responses():
    with Node(**settings(MOCK_DELAY_MS=1500)) as node:
        watcher, busy = Connection(node.port), Connection(node.port, timeout=20)
        busy.send(chat_bytes("sk-test"))
        eventually(lambda: admitted(node) == 1, what="the request")
        node.signal(signal.SIGTERM)
        eventually(lambda: says_not_ready(watcher), what="not ready")
        assert busy.response().status == 200
        assert node.wait() == 0


def admitted(node):
    text = get(node.port, "/metrics").body.decode()
    return sum(
        float(line.rsplit(" ", 1)[1])
        for line in text.splitlines()
        if line.startswith("weir_decisions_total") and 'decision="admitted"' in line
    )


def says_not_ready(watcher):
    """True for 503 and for a closed connection: a node that stops closes idle connections."""
    try:
        return watcher.ask(b"GET /readyz HTTP/1.1\r\nHost: weir\r\n\r\n").status == 503
    except (Closed, OSError):
        return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_node_ends_at_once(number):
    with Node(**settings()) as node:
        with Connection(node.port) as idle:
            assert idle.chat("sk-test").status == 200
            begun = time.monotonic()
            node.signal(number)
            assert node.wait() == 0
            assert time.monotonic() - begun < 2 * SLOWNESS
            assert idle.is_closed_by_peer()


def test_shutdown_ends_within_its_time_with_requests_under_way():
    with Node(**settings(MOCK_DELAY_MS=60_000, SHUTDOWN_SECONDS=1)) as node:
        connections = [Connection(node.port) for _ in range(5)]
        for connection in connections:
            connection.send(chat_bytes("sk-test"))
        half = Connection(node.port).send(b"POST /v1/chat/comple")
        eventually(lambda: get(node.port, "/livez").status == 200)
        begun = time.monotonic()
        node.signal(signal.SIGTERM)
        for connection in connections:  # each request gets a response
            response = connection.response()
            assert (response.status, response.error["code"]) == (503, "node_stopping")
            assert response.headers["connection"] == "close"
        assert node.wait() == 0
        assert time.monotonic() - begun < 1 + 1.5 * SLOWNESS
        half.close()


def test_a_second_signal_right_after_the_first_counts_as_one():
    with Node(**settings(MOCK_DELAY_MS=300)) as node:
        connection = Connection(node.port).send(chat_bytes("sk-test"))
        eventually(lambda: get(node.port, "/livez").status == 200)
        node.signal(signal.SIGINT)
        node.signal(signal.SIGTERM)
        assert connection.response().status == 200
        assert node.wait() == 0


def test_shutdown_does_not_wait_for_a_frozen_redis(redis_server):
    with Node(**settings(redis_server, SHUTDOWN_SECONDS=2)) as node:
        assert chat(node.port, "sk-test").status == 200
        redis_server.freeze()
        assert chat(node.port, "sk-test").status == 503
        begun = time.monotonic()
        node.signal(signal.SIGTERM)
        assert node.wait() == 0
        assert time.monotonic() - begun < 2 + 1.5 * SLOWNESS
        redis_server.thaw()


def reset(connection):
    """Closes with RST, like a client that crashed."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


WHOLE = chat_bytes("sk-test", max_tokens=100)
STEPS = {
    "before anything": b"",
    "in the request line": WHOLE[:10],
    "in the head": WHOLE[:60],
    "after the head": post_bytes("sk-test", chat_body())[: -len(chat_body())],
    "in the body": WHOLE[:-9],
    "while it is served": WHOLE,
    "with requests waiting": WHOLE * 8,
}


@pytest.mark.parametrize("leave", [Connection.close, reset], ids=["fin", "rst"])
@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_client_may_leave_at_every_step(redis_server, step, leave):
    with Node(**settings(redis_server, MOCK_DELAY_MS=30, MOCK_COMPLETION_TOKENS=1)) as node:
        for _ in range(20):
            leave(Connection(node.port).send(STEPS[step]))
        assert chat(node.port, "sk-test").status == 200
        eventually(lambda: open_connections(node) <= 1, what="the end of the sessions")
        # Each reservation is settled at the tokens produced: 1, or none for requests that did not get so far.
        eventually(lambda: redis_server.total()[2] <= redis_server.total()[0], what="the settles")


def open_connections(node):
    for line in get(node.port, "/metrics").body.decode().splitlines():
        if line.startswith("weir_http_connections ") or line.startswith("weir_http_connections{"):
            return float(line.rsplit(" ", 1)[1])
    raise AssertionError("the metric of connections is missing")


def test_the_connection_of_a_client_that_reads_nothing_is_closed():
    """The write deadline ends a connection whose client does not read, and others are served meanwhile."""
    with Node(**settings(WRITE_TIMEOUT_MS=300, WORKERS=1)) as node:
        with Connection(node.port) as lazy:
            lazy.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            lazy.socket.setblocking(False)
            sent = 0

            def push():
                nonlocal sent
                try:
                    sent += lazy.socket.send(WHOLE * 100)
                    return False
                except BlockingIOError:
                    return False
                except OSError:
                    return True  # the node closed the connection

            eventually(push, 30, "the end of the lazy client's connection")
            assert chat(node.port, "sk-test").status == 200
