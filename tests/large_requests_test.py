"""Large requests get the same responses as small ones, and delay small ones little."""

import signal

import pytest

from beside_large import KEYS, KINDS, body_of, chat_json, row, streaming, user, waits_ms
from raw_http import Connection, chat, get, post, post_bytes
from shutdown_test import open_connections, reset
from weir_harness import SLOWNESS, Node, eventually

MEGABYTE = 1_000_000


def a_node(**settings):
    return Node(**{"API_KEYS": KEYS, "API_KEYS_FILE": "", "WORKERS": 1} | settings)


@pytest.fixture(scope="module")
def node():
    with a_node() as started:
        yield started


def offloaded_reads(node):
    for line in get(node.port, "/metrics").body.decode().splitlines():
        if line.startswith("weir_offloaded_body_reads_total "):
            return float(line.rsplit(" ", 1)[1])
    raise AssertionError("the metric of offloaded reads is missing")


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_request_gets_a_completion_and_is_parsed_on_the_parse_thread(node, kind):
    before = offloaded_reads(node)
    response = post(node.port, "sk-large", body_of(kind, MEGABYTE))
    assert response.status == 200 and response.json()["usage"]["completion_tokens"] == 1
    assert offloaded_reads(node) == before + 1


def test_the_tokens_of_a_large_prompt_are_the_sum_of_its_parts(node):
    """A prompt of n equal lines has n times the tokens of one line: chunks lose and repeat no token."""
    line = "The weir lets through what the river below can carry.\n"

    def tokens(n):
        return post(node.port, "sk-large", chat_json([user(line * n)]).encode()).json()["usage"][
            "prompt_tokens"
        ]

    one, two = tokens(1), tokens(2)
    assert tokens(20_000) == one + 19_999 * (two - one)


@pytest.mark.parametrize(
    "broken",
    [
        b'{"model":"gpt-4o"}',
        b'{"model":"gpt-4o","messages":[{"role":"user","content":7}]}',
        b'{"model":"gpt-4o","messages":[}',
        b"[]",
        b"",
    ],
    ids=["no messages", "a wrong type", "not JSON", "not an object", "whitespace"],
)
def test_an_invalid_large_body_gets_the_same_error_as_a_small_one(node, broken):
    small, large = (post(node.port, "sk-large", broken + padding) for padding in (b" ", b" " * MEGABYTE))
    assert large.status == small.status == 400
    assert large.error == small.error


@pytest.mark.parametrize("kind", ["prose", "tiny messages", "numbers in an unknown field"])
def test_small_requests_do_not_wait_for_large_ones(node, kind):
    """The bounds hold on a busy machine too. Without chunks a small request took 20 to 80 ms.

    tests/beside_large.py measures the figures."""
    with streaming(node.port, body_of(kind, MEGABYTE), streams=4) as answered:
        first = answered.value
        waits = waits_ms(node.port, seconds=1.5)
        eventually(lambda: answered.value > first, what="a large response meanwhile")
    print(row(kind, waits))
    assert waits[len(waits) // 2] < 3 * SLOWNESS
    assert waits[int(len(waits) * 0.95)] < 10 * SLOWNESS


@pytest.mark.parametrize("leave", [Connection.close, reset], ids=["fin", "rst"])
def test_a_client_may_leave_while_its_body_is_parsed(leave):
    with a_node() as node:
        request = post_bytes("sk-large", body_of("numbers in an unknown field", 2 * MEGABYTE))
        for _ in range(12):
            leave(Connection(node.port).send(request))
        assert chat(node.port, "sk-small").status == 200
        eventually(lambda: open_connections(node) <= 1, what="the end of the connections")


@pytest.mark.parametrize("kind", ["tiny messages", "numbers in an unknown field"])
def test_a_node_stops_in_time_while_large_requests_are_parsed_and_counted(kind):
    """Every waiting request gets its completion, or 503 with node_stopping."""
    with a_node(SHUTDOWN_SECONDS=2) as node:
        request = post_bytes("sk-large", body_of(kind, MEGABYTE))
        connections = [Connection(node.port, timeout=30).send(request) for _ in range(24)]
        assert chat(node.port, "sk-small").status == 200
        node.signal(signal.SIGTERM)
        responses = [connection.response() for connection in connections]
        assert {response.status for response in responses} <= {200, 503}
        codes = {response.error["code"] for response in responses if response.status == 503}
        assert codes <= {"node_stopping"}
        assert node.wait() == 0
