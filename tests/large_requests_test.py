"""Large requests: they are parsed and counted aside, respond like small ones, and delay others little."""

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


def read_apart(node):
    for line in get(node.port, "/metrics").body.decode().splitlines():
        if line.startswith("weir_offloaded_body_reads_total "):
            return float(line.rsplit(" ", 1)[1])
    raise AssertionError("no metric of bodies read apart")


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_request_is_answered_as_a_small_one_is(node, kind):
    before = read_apart(node)
    answer = post(node.port, "sk-large", body_of(kind, MEGABYTE))
    assert answer.status == 200 and answer.json()["usage"]["completion_tokens"] == 1
    assert read_apart(node) == before + 1


def test_a_large_prompt_is_counted_as_its_parts_are(node):
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
    ids=["no messages", "a wrong type", "no JSON", "no object", "blanks"],
)
def test_what_is_wrong_in_a_large_body_is_told_as_in_a_small_one(node, broken):
    small, large = (post(node.port, "sk-large", broken + padding) for padding in (b" ", b" " * MEGABYTE))
    assert large.status == small.status == 400
    assert large.error == small.error


@pytest.mark.parametrize("kind", ["prose", "tiny messages", "numbers in an unknown field"])
def test_small_requests_do_not_wait_for_large_ones(node, kind):
    """The bounds hold on a busy machine too; tests/beside_large.py has the figures. Without chunks it took
    20 to
    80 ms."""
    with streaming(node.port, body_of(kind, MEGABYTE), streams=4) as answered:
        first = answered.value
        waits = waits_ms(node.port, seconds=1.5)
        eventually(lambda: answered.value > first, what="a large answer meanwhile")
    print(row(kind, waits))
    assert waits[len(waits) // 2] < 3 * SLOWNESS
    assert waits[int(len(waits) * 0.95)] < 10 * SLOWNESS


@pytest.mark.parametrize("leave", [Connection.close, reset], ids=["fin", "rst"])
def test_a_client_may_leave_while_its_body_is_read(leave):
    with a_node() as node:
        request = post_bytes("sk-large", body_of("numbers in an unknown field", 2 * MEGABYTE))
        for _ in range(12):
            leave(Connection(node.port).send(request))
        assert chat(node.port, "sk-small").status == 200
        eventually(lambda: open_connections(node) <= 1, what="the connections' ends")


@pytest.mark.parametrize("kind", ["tiny messages", "numbers in an unknown field"])
def test_a_node_stops_in_time_while_large_requests_are_read_and_counted(kind):
    """Who waits is answered, or told that this node stops; nobody is left without a word."""
    with a_node(SHUTDOWN_SECONDS=2) as node:
        request = post_bytes("sk-large", body_of(kind, MEGABYTE))
        connections = [Connection(node.port, timeout=30).send(request) for _ in range(24)]
        assert chat(node.port, "sk-small").status == 200
        node.signal(signal.SIGTERM)
        answers = [connection.answer() for connection in connections]
        assert {answer.status for answer in answers} <= {200, 503}
        assert {answer.error["code"] for answer in answers if answer.status == 503} <= {"node_stopping"}
        assert node.wait() == 0
