"""Promises 1 to 3 with real nodes: never more, never longer, all or nothing. Only responses are checked."""

import contextlib
import math
import time

import pytest

from response_log import Load, assert_within
from raw_http import Connection, chat, get
from weir_harness import Node, eventually, keys_yaml

LIMITS = {"request_per_minute": 40, "input_tokens_per_minute": 900, "output_tokens_per_minute": 150}
AS_TUPLE = (40, 900, 150)


@contextlib.contextmanager
def nodes(count, **settings):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Node(**settings)) for _ in range(count)]


def first_rejection(port, key, **fields):
    """Sends requests until one is rejected. Returns the last admitted response and the rejection."""
    last = None
    with Connection(port) as connection:
        for _ in range(1000):
            response = connection.chat(key, **fields)
            if response.status != 200:
                return last, response
            last = response
    raise AssertionError("nothing was rejected")


@pytest.mark.parametrize("window_seconds", [1, 2])
def test_never_more_over_three_nodes_on_one_redis(redis_server, window_seconds):
    keys = keys_yaml(sk_test_one=LIMITS, sk_test_two=LIMITS, sk_test_free={})
    settings = {
        "REDIS_URL": redis_server.url,
        "API_KEYS": keys,
        "API_KEYS_FILE": "",
        "WINDOW_SECONDS": window_seconds,
    }
    with nodes(3, **settings) as three:
        with Load(
            [node.port for node in three], ["sk-test-one", "sk-test-two", "sk-test-free"], threads=9
        ) as load:
            eventually(lambda: load.seconds() > 3 * (window_seconds + 1) + 0.5, 30, "three windows")
    for key in ("sk-test-one", "sk-test-two"):
        assert_within(load.seen, key, window_seconds, AS_TUPLE)
        seconds = {one.admitted_second for one in load.seen if one.key == key and one.status == 200}
        assert max(seconds) - min(seconds) >= 3 * window_seconds
    assert {one.status for one in load.seen} == {200, 429}
    assert {one.status for one in load.seen if one.key == "sk-test-free"} == {200}


def test_never_more_with_each_metric_as_the_only_limit(redis_server):
    window_seconds = 1
    narrow = {
        "sk_requests": {"request_per_minute": 7},
        "sk_input": {"input_tokens_per_minute": 200},
        "sk_output": {"output_tokens_per_minute": 30},
    }
    settings = {
        "REDIS_URL": redis_server.url,
        "API_KEYS": keys_yaml(**narrow),
        "API_KEYS_FILE": "",
        "WINDOW_SECONDS": window_seconds,
    }
    with nodes(2, **settings) as two:
        with Load([node.port for node in two], ["sk-requests", "sk-input", "sk-output"], threads=6) as load:
            eventually(lambda: load.seconds() > 6.5, 30, "three windows")
    for key, limits in (
        ("sk-requests", (7, None, None)),
        ("sk-input", (None, 200, None)),
        ("sk-output", (None, None, 30)),
    ):
        assert_within(load.seen, key, window_seconds, limits)
        assert {200, 429} == {one.status for one in load.seen if one.key == key}


def test_never_more_on_the_embedded_store_with_four_workers():
    settings = {
        "API_KEYS": keys_yaml(sk_test=LIMITS),
        "API_KEYS_FILE": "",
        "WINDOW_SECONDS": 1,
        "WORKERS": 4,
    }
    with Node(**settings) as node, Load([node.port], ["sk-test"], threads=8) as load:
        eventually(lambda: load.seconds() > 6.5, 30, "three windows")
    assert_within(load.seen, "sk-test", 1, AS_TUPLE)
    assert load.count(200) >= 3 * 7


def test_charges_leave_the_window_and_the_limit_is_used_again(redis_server):
    """Promise 2: a key that sends requests without a pause gets its limit in every W+1 seconds."""
    settings = {
        "REDIS_URL": redis_server.url,
        "API_KEYS": keys_yaml(sk_test={"request_per_minute": 5}),
        "API_KEYS_FILE": "",
        "WINDOW_SECONDS": 1,
    }
    with Node(**settings) as node, Load([node.port], ["sk-test"], threads=2) as load:
        eventually(lambda: load.seconds() > 8.2, 30, "four windows")
    assert load.count(200) >= 4 * 5


@pytest.mark.parametrize("store", ["redis", "memory"])
def test_a_retry_at_retry_after_ms_is_admitted(redis_server, store):
    settings = {
        "API_KEYS": keys_yaml(sk_test={"request_per_minute": 3}),
        "API_KEYS_FILE": "",
        "WINDOW_SECONDS": 1,
    }
    if store == "redis":
        settings["REDIS_URL"] = redis_server.url
    with Node(**settings) as node:
        for _ in range(3):
            _, rejected = first_rejection(node.port, "sk-test")
            assert 0 < rejected.retry_after_ms <= 2000
            assert int(rejected.headers["retry-after"]) == max(1, math.ceil(rejected.retry_after_ms / 1000))
            time.sleep(rejected.retry_after_ms / 1000)  # the test checks this moment
            assert chat(node.port, "sk-test").status == 200


def test_a_request_of_many_tokens_is_admitted_once_enough_have_left(redis_server):
    settings = {
        "REDIS_URL": redis_server.url,
        "API_KEYS_FILE": "",
        "WINDOW_SECONDS": 2,
        "API_KEYS": keys_yaml(sk_test={"output_tokens_per_minute": 10}),
    }
    with Node(**settings) as node:
        assert chat(node.port, "sk-test", max_tokens=6).status == 200
        rejected = chat(node.port, "sk-test", max_tokens=9)
        assert rejected.status == 429 and "output tokens" in rejected.error["message"]
        time.sleep(rejected.retry_after_ms / 1000)  # the test checks this moment
        assert chat(node.port, "sk-test", max_tokens=9).status == 200


def test_a_rejected_take_changes_no_byte_of_any_window(redis_server):
    limits = {"request_per_minute": 50, "output_tokens_per_minute": 40}
    settings = {
        "REDIS_URL": redis_server.url,
        "API_KEYS": keys_yaml(sk_test=limits),
        "API_KEYS_FILE": "",
        "WINDOW_SECONDS": 60,
    }
    with Node(**settings) as node:
        assert chat(node.port, "sk-test", max_tokens=30).status == 200
        eventually(lambda: redis_server.total()[2] == 30, what="the settle")
        before = redis_server.dump()
        assert len(before) == 1
        for max_tokens in (11, 40, 41, 1000):
            assert chat(node.port, "sk-test", max_tokens=max_tokens).status == 429
        assert redis_server.dump() == before


def test_a_settle_refunds_tokens_that_were_not_produced(redis_server):
    settings = {
        "REDIS_URL": redis_server.url,
        "API_KEYS": keys_yaml(sk_test={"output_tokens_per_minute": 1000}),
        "API_KEYS_FILE": "",
        "MOCK_COMPLETION_TOKENS": 5,
    }
    with Node(**settings) as node:
        response = chat(node.port, "sk-test", max_tokens=900)
        assert response.status == 200 and response.json()["usage"]["completion_tokens"] == 5
        usage = response.json()["usage"]
        eventually(lambda: redis_server.total() == (1, usage["prompt_tokens"], 5), what="the settle")
        assert chat(node.port, "sk-test", max_tokens=900).status == 200


@pytest.mark.parametrize("store", ["redis", "memory"])
@pytest.mark.parametrize("window_seconds", [1, 3600])
def test_the_shortest_and_the_longest_window(redis_server, store, window_seconds):
    settings = {
        "API_KEYS": keys_yaml(sk_test={"request_per_minute": 2}),
        "API_KEYS_FILE": "",
        "WINDOW_SECONDS": window_seconds,
    }
    if store == "redis":
        settings["REDIS_URL"] = redis_server.url
    with Node(**settings) as node:
        last, rejected = first_rejection(node.port, "sk-test")
        assert last.headers["x-ratelimit-limit-requests"] == "2"
        assert f"w={window_seconds}" in last.headers["ratelimit-policy"]
        assert 0 < rejected.retry_after_ms <= (window_seconds + 1) * 1000
        if window_seconds == 3600:
            assert rejected.retry_after_ms > 3590 * 1000


@pytest.mark.parametrize("store", ["redis", "memory"])
def test_limits_of_zero_and_one(redis_server, store):
    limits = {
        "sk_none": {"request_per_minute": 0},
        "sk_one": {"request_per_minute": 1},
        "sk_mute": {"output_tokens_per_minute": 0},
    }
    settings = {"API_KEYS": keys_yaml(**limits), "API_KEYS_FILE": ""}
    if store == "redis":
        settings["REDIS_URL"] = redis_server.url
    with Node(**settings) as node:
        none = chat(node.port, "sk-none")
        assert (
            none.status == 429
            and none.headers["x-should-retry"] == "false"
            and "retry-after" not in none.headers
        )
        assert [chat(node.port, "sk-one").status for _ in range(3)] == [200, 429, 429]
        mute = chat(node.port, "sk-mute", max_tokens=1)
        assert mute.status == 429 and mute.headers["x-should-retry"] == "false"


def test_a_node_with_another_window_refuses_to_serve_and_says_why(redis_server):
    keys = {
        "API_KEYS": keys_yaml(sk_test={"request_per_minute": 5}),
        "API_KEYS_FILE": "",
        "REDIS_URL": redis_server.url,
    }
    with Node(WINDOW_SECONDS=60, **keys) as first, Node(WINDOW_SECONDS=10, ready=False, **keys) as second:
        eventually(
            lambda: "WINDOW_SECONDS" in second.text()
            or "window" in second.text()
            and "60" in second.text(),
            what="the reason in the log of the second node",
        )
        assert get(second.port, "/readyz").status == 503
        assert "mismatch" in get(second.port, "/healthz").body.decode()
        assert chat(second.port, "sk-test").status == 503
        assert chat(first.port, "sk-test").status == 200
        assert len(redis_server.windows()) == 1


def test_a_node_with_another_secret_refuses_to_serve(redis_server):
    keys = {
        "API_KEYS": keys_yaml(sk_test={"request_per_minute": 5}),
        "API_KEYS_FILE": "",
        "REDIS_URL": redis_server.url,
    }
    with Node(KEY_ID_SECRET="one secret of a cluster", **keys) as first:
        with Node(KEY_ID_SECRET="another one, by mistake", ready=False, **keys) as second:
            eventually(lambda: "mismatch" in get(second.port, "/healthz").body.decode(), what="mismatch")
            assert chat(second.port, "sk-test").status == 503
            assert chat(first.port, "sk-test").status == 200


def test_a_window_of_wrong_type_or_length_affects_its_own_key_only(redis_server):
    keys = keys_yaml(**{f"sk_{name}": {"request_per_minute": 1000} for name in ("list", "short", "good")})
    settings = {"REDIS_URL": redis_server.url, "API_KEYS": keys, "API_KEYS_FILE": "", "WORKERS": 1}
    client = redis_server.client()
    with Node(**settings) as node:
        names = {}
        for name in ("list", "short", "good"):
            before = set(redis_server.windows())
            assert chat(node.port, f"sk-{name}").status == 200
            (names[name],) = set(redis_server.windows()) - before
        client.delete(names["list"], names["short"])
        client.rpush(names["list"], "x")
        client.set(names["short"], b"much too short")
        with Load([node.port], ["sk-list", "sk-short", "sk-good"], threads=6) as load:
            eventually(lambda: load.count(200) > 50 and load.count(503) > 50, what="both kinds of responses")
        by_key = {
            key: {one.status for one in load.seen if one.key == key}
            for key in ("sk-list", "sk-short", "sk-good")
        }
        assert by_key == {"sk-list": {503}, "sk-short": {503}, "sk-good": {200}}
        assert client.lrange(names["list"], 0, -1) == [b"x"]
        assert client.get(names["short"]) == b"much too short"
