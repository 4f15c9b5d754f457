"""SIGHUP loads the key file and API_KEYS again while requests are served."""

import signal
import threading

import pytest

from raw_http import Closed, Connection, chat, chat_bytes, get
from weir_harness import Node, eventually, keys_yaml

UNLIMITED = {}
RELOADED = "policy reloaded"
NOT_RELOADED = "policy not reloaded: the previous one stays in force"


def requests(count):
    return {"request_per_minute": count}


def metric(node, *parts):
    """The sum of the series whose lines begin with the first part and contain the others."""
    lines = get(node.port, "/metrics").body.decode().splitlines()
    found = [line for line in lines if line.startswith(parts[0]) and all(part in line for part in parts)]
    assert found, f"no series of {parts}"
    return sum(float(line.rsplit(" ", 1)[1]) for line in found)


def reloads(node, result):
    return metric(node, "weir_policy_reloads_total{", f'result="{result}"')


def reload(node, result="success"):
    """Sends SIGHUP and waits until the reload has ended. Requests that are sent afterwards use its policy."""
    before = reloads(node, result)
    node.signal(signal.SIGHUP)
    eventually(lambda: reloads(node, result) == before + 1, what="the reload")


def events(node, name):
    """The log events of this name. Waits for the first, because stderr may arrive after a response."""
    return eventually(lambda: [event for event in node.events() if event["event"] == name], what=name)


def remaining(response):
    return int(response.headers["x-ratelimit-remaining-requests"])


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "api_keys.yaml"
    path.write_text(keys_yaml(sk_old=requests(10), sk_kept=requests(10)))
    return path


def test_added_removed_and_changed_keys_are_in_force_after_a_reload(key_file):
    with Node(API_KEYS_FILE=key_file) as node:
        assert remaining(chat(node.port, "sk-kept")) == 9
        assert chat(node.port, "sk-new").status == 401
        key_file.write_text(keys_yaml(sk_new=requests(10), sk_kept=requests(20)))
        reload(node)
        assert chat(node.port, "sk-new").status == 200
        assert chat(node.port, "sk-old").status == 401
        assert remaining(chat(node.port, "sk-kept")) == 18  # the window keeps the first request
        assert metric(node, "weir_keys ") == 2


def test_every_worker_uses_the_new_policy(key_file):
    with Node(API_KEYS_FILE=key_file, WORKERS=4) as node:
        key_file.write_text(keys_yaml(sk_new=UNLIMITED))
        reload(node)
        assert {chat(node.port, "sk-new").status for _ in range(40)} == {200}
        assert {chat(node.port, "sk-old").status for _ in range(40)} == {401}


def test_an_open_connection_uses_the_new_policy_from_its_next_request_on(key_file):
    with Node(API_KEYS_FILE=key_file) as node, Connection(node.port) as connection:
        assert connection.chat("sk-old").status == 200
        key_file.write_text(keys_yaml(sk_new=UNLIMITED))
        reload(node)
        assert connection.chat("sk-old").status == 401
        assert connection.chat("sk-new").status == 200


def test_windows_in_redis_keep_their_contents(key_file, redis_server):
    with Node(API_KEYS_FILE=key_file, REDIS_URL=redis_server.url) as node:
        assert remaining(chat(node.port, "sk-kept")) == 9
        key_file.write_text(keys_yaml(sk_kept=requests(1)))
        reload(node)
        assert chat(node.port, "sk-kept").status == 429
        key_file.write_text(keys_yaml(sk_kept=requests(3)))
        reload(node)
        assert remaining(chat(node.port, "sk-kept")) == 1


def test_a_wrong_file_leaves_the_policy_in_force_and_is_logged_with_its_position(key_file):
    with Node(API_KEYS_FILE=key_file) as node:
        key_file.write_text("keys:\n  sk-new: {request_per_minute: many}\n")
        reload(node, result="failure")
        assert chat(node.port, "sk-kept").status == 200
        assert chat(node.port, "sk-new").status == 401
        (logged,) = events(node, NOT_RELOADED)
        assert logged["level"] == "error" and logged["reason"].startswith(f"{key_file}:2:32: ")
        assert reloads(node, "success") == 0 and RELOADED not in [event["event"] for event in node.events()]


def test_a_missing_file_leaves_the_policy_in_force(key_file):
    with Node(API_KEYS_FILE=key_file) as node:
        key_file.unlink()
        reload(node, result="failure")
        assert chat(node.port, "sk-old").status == 200
        (logged,) = events(node, NOT_RELOADED)
        assert str(key_file) in logged["reason"]


def test_a_good_file_after_a_wrong_one_is_loaded(key_file):
    with Node(API_KEYS_FILE=key_file) as node:
        assert metric(node, "weir_policy_last_reload_successful ") == 1
        key_file.write_text("keys: [")
        reload(node, result="failure")
        assert metric(node, "weir_policy_last_reload_successful ") == 0
        key_file.write_text(keys_yaml(sk_one=UNLIMITED, sk_two=UNLIMITED, sk_three=UNLIMITED))
        reload(node)
        assert chat(node.port, "sk-one").status == 200
        assert metric(node, "weir_policy_last_reload_successful ") == 1
        assert [event["keys"] for event in events(node, RELOADED)] == ["3"]


def test_inline_keys_stay_and_still_replace_those_of_the_file(key_file):
    with Node(API_KEYS_FILE=key_file, API_KEYS=keys_yaml(sk_inline=requests(5))) as node:
        key_file.write_text(keys_yaml(sk_new=requests(1), sk_inline=requests(1)))
        reload(node)
        assert remaining(chat(node.port, "sk-inline")) == 4
        assert chat(node.port, "sk-new").status == 200


def test_a_request_under_way_ends_under_the_policy_with_which_it_began(key_file, redis_server):
    settings = {"MOCK_DELAY_MS": 500, "MOCK_COMPLETION_TOKENS": 2, "REDIS_URL": redis_server.url}
    with Node(API_KEYS_FILE=key_file, **settings) as node:
        connection = Connection(node.port).send(chat_bytes("sk-old", max_tokens=8))
        eventually(lambda: metric(node, "weir_decisions_total{") == 1, what="the decision")
        key_file.write_text(keys_yaml(sk_new=requests(1)))
        reload(node)
        assert chat(node.port, "sk-old").status == 401
        response = connection.response()
        assert (response.status, remaining(response)) == (200, 9)
        eventually(lambda: redis_server.total()[2] == 2, what="the settle")


def test_reloads_under_load_fail_no_request(key_file):
    statuses, stop = [], threading.Event()

    def send():
        with Connection(node.port) as connection:
            while not stop.is_set():
                try:
                    statuses.append(connection.chat("sk-kept").status)
                except (OSError, Closed):
                    return statuses.append("closed")

    key_file.write_text(keys_yaml(sk_kept=UNLIMITED))
    with Node(API_KEYS_FILE=key_file) as node:
        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for round_number in range(20):
                key_file.write_text(keys_yaml(sk_kept=UNLIMITED, **{f"sk_{round_number}": UNLIMITED}))
                reload(node)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert len(statuses) > 20 and set(statuses) == {200}


def test_signals_during_a_reload_cause_one_more(key_file):
    with Node(API_KEYS_FILE=key_file) as node:
        for _ in range(50):
            node.signal(signal.SIGHUP)
        key_file.write_text(keys_yaml(sk_new=UNLIMITED))
        node.signal(signal.SIGHUP)
        eventually(lambda: chat(node.port, "sk-new").status == 200, what="the last policy")
        assert node.running()


def test_a_hangup_reloads_a_node_that_nohup_started(key_file):
    with Node(API_KEYS_FILE=key_file, prefix=["nohup"]) as node:
        key_file.write_text(keys_yaml(sk_new=UNLIMITED))
        reload(node)
        assert chat(node.port, "sk-new").status == 200
