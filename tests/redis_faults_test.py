"""A node under load while Redis loses its script or its data, stops, starts or freezes."""

import time

import pytest

from response_log import Load, assert_within
from raw_http import Connection, chat, chat_bytes, get
from weir_harness import SLOWNESS, Node, RedisServer, eventually, keys_yaml

DEADLINE_SECONDS = 0.25
# Allowed from the deadline to the last byte in this process: a tick, and Python threads on busy cores.
SLACK_SECONDS = 0.5
WIDE = {"request_per_minute": 1_000_000, "output_tokens_per_minute": 100_000_000}


def settings(server, **more):
    return {
        "REDIS_URL": server.url,
        "API_KEYS": keys_yaml(sk_test=WIDE),
        "API_KEYS_FILE": "",
        "STORE_DEADLINE_MS": int(DEADLINE_SECONDS * 1000),
    } | more


def metric(port, name):
    """The sum over all series of a metric."""
    lines = get(port, "/metrics").body.decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)


def test_script_flush_under_load_changes_no_response(redis_server):
    keys = keys_yaml(sk_test={"request_per_minute": 300})
    with Node(**settings(redis_server, API_KEYS=keys, WINDOW_SECONDS=1)) as node:
        with Load([node.port], ["sk-test"], threads=4) as load:
            client = redis_server.client()
            for flushes in range(1, 21):
                client.script_flush()
                eventually(lambda: len(load.seen) > 40 * flushes, what="more responses")
            eventually(lambda: load.seconds() > 2.2, what="two windows")
    assert {one.status for one in load.seen} <= {200, 429}
    assert_within(load.seen, "sk-test", 1, (300, None, None))


def test_flushall_under_load_loses_usage_and_nothing_else(redis_server):
    with Node(**settings(redis_server)) as node:
        with Load([node.port], ["sk-test"], threads=4) as load:
            client = redis_server.client()
            for flushes in range(1, 11):
                client.flushall()
                eventually(lambda: len(load.seen) > 40 * flushes, what="more responses")
        assert {one.status for one in load.seen} == {200}
        redis_server.client().flushall()
        response = chat(node.port, "sk-test")
        remaining = int(response.headers["x-ratelimit-remaining-requests"])
        assert remaining == 1_000_000 - 1
    assert get_ttls(redis_server) and min(get_ttls(redis_server)) > 0


def get_ttls(server):
    client = server.client()
    return [client.ttl(name) for name in server.windows()]


def test_redis_stopped_and_started_under_load():
    with RedisServer() as server, Node(**settings(server)) as node:
        with Load([node.port], ["sk-test"], threads=4, pause=0.004) as load:
            eventually(lambda: load.count(200) > 50, what="responses before the fault")
            server.stop()
            stopped = time.monotonic()
            eventually(lambda: load.count(503, since=stopped) > 100, what="503 while Redis is down")
            assert get(node.port, "/livez").status == 200
            assert get(node.port, "/healthz").json()["store"]["state"] != "up"
            server.start()
            started = time.monotonic()
            eventually(lambda: load.count(200, since=started) > 50, what="responses after the fault")
        refused = [one for one in load.seen if one.status == 503]
        assert max(one.received - one.sent for one in refused) < DEADLINE_SECONDS + SLACK_SECONDS * SLOWNESS
        assert {one.status for one in load.seen} == {200, 503}
        assert eventually(lambda: chat(node.port, "sk-test").status == 200)
        events = [event["event"] for event in node.events()]
        assert len(events) < 30, events  # a line for a change of state, not for a request


def test_a_503_names_the_store_error(redis_server):
    with Node(**settings(redis_server)) as node:
        redis_server.stop()
        response = eventually(lambda: (a := chat(node.port, "sk-test")).status == 503 and a)
        assert response.headers["retry-after"] == "1"
        assert set(response.error) == {"message", "type", "param", "code"}
        assert "x-request-id" in response.headers and "weir-admitted-second" not in response.headers
        redis_server.start()
        eventually(lambda: chat(node.port, "sk-test").status == 200, what="recovery without a restart")


def test_a_node_starts_without_redis_and_becomes_ready_with_it():
    with RedisServer() as server:
        server.stop()
        with Node(ready=False, **settings(server)) as node:
            assert get(node.port, "/readyz").status == 503
            assert get(node.port, "/livez").status == 200
            assert chat(node.port, "sk-test").status == 503
            server.start()
            node.wait_ready()
            assert chat(node.port, "sk-test").status == 200


def test_a_frozen_redis_causes_503_within_the_deadline_and_no_charge_afterwards(redis_server):
    with Node(**settings(redis_server, MOCK_COMPLETION_TOKENS=1)) as node:
        with Load([node.port], ["sk-test"], threads=8) as load:
            eventually(lambda: load.count(200) > 50, what="responses before the fault")
            before_kb = node.status_kb("VmRSS")
            redis_server.freeze()
            frozen = time.monotonic()
            eventually(lambda: load.count(503, since=frozen) > 40, what="503 while Redis is frozen")
            grown_kb = node.status_kb("VmRSS") - before_kb
        slowest = max(one.received - one.sent for one in load.seen if one.status == 503)
        assert slowest < DEADLINE_SECONDS + SLACK_SECONDS * SLOWNESS
        assert grown_kb < 64 * 1024 * SLOWNESS
        redis_server.thaw()
        eventually(lambda: chat(node.port, "sk-test").status == 200, what="recovery without a restart")
        # Each request with 200 is in the window once, and so is the last one here. Takes that Redis ran
        # before it froze, and whose reply was lost with the connection, are in it too; the node counts them.
        admitted = load.count(200) + 1
        left_behind = metric(node.port, "weir_store_unanswered_takes_total")
        eventually(
            lambda: admitted <= redis_server.total()[0] <= admitted + left_behind,
            what=f"a charge of {admitted} to {admitted + left_behind} requests",
        )


def test_the_memory_of_a_node_stays_bounded_while_redis_is_frozen(redis_server):
    with Node(**settings(redis_server)) as node:
        assert chat(node.port, "sk-test").status == 200
        before_kb = node.status_kb("VmRSS")
        redis_server.freeze()
        connections = [Connection(node.port) for _ in range(400)]
        for _ in range(3):
            for connection in connections:
                connection.send(chat_bytes("sk-test"))
            assert {connection.response().status for connection in connections} == {503}
        assert node.status_kb("VmRSS") - before_kb < 64 * 1024 * SLOWNESS
        for connection in connections:
            connection.close()
        redis_server.thaw()
        eventually(lambda: chat(node.port, "sk-test").status == 200, what="recovery without a restart")


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_a_redis_that_may_evict_windows_causes_a_warning(policy):
    with RedisServer("--maxmemory", "100mb", "--maxmemory-policy", policy) as server, Node(
        **settings(server)
    ) as node:
        eventually(lambda: policy in node.text(), what="a warning that names the policy")


def test_a_redis_out_of_memory_is_a_store_error_and_not_a_crash():
    with RedisServer("--maxmemory-policy", "noeviction") as server, Node(**settings(server)) as node:
        assert chat(node.port, "sk-test").status == 200
        server.client().config_set("maxmemory", 1)
        assert chat(node.port, "sk-test").status == 503
        server.client().config_set("maxmemory", 0)
        eventually(lambda: chat(node.port, "sk-test").status == 200, what="recovery without a restart")
