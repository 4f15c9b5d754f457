"""SIGHUP: the key file and API_KEYS are loaded again while requests are served."""

import signal
import subprocess
import threading

import pytest

from raw_http import Connection, chat, chat_bytes, get
from weir_harness import BINARY, Node, environment, eventually, keys_yaml


def limit(requests):
    return {"request_per_minute": requests}


def metric(node, series):
    lines = get(node.port, "/metrics").body.decode().splitlines()
    return next(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(series))


def reloads(node, result="success"):
    return metric(node, f'weir_policy_reloads_total{{result="{result}"}}')


def reload(node, result="success"):
    """Sends SIGHUP and waits until the load has ended; its policy is posted to the workers by then."""
    before = reloads(node, result)
    node.signal(signal.SIGHUP)
    eventually(lambda: reloads(node, result) == before + 1, what="the reload")


def remaining(answer):
    return int(answer.headers["x-ratelimit-remaining-requests"])


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "api_keys.yaml"
    path.write_text(keys_yaml(sk_old=limit(10), sk_kept=limit(10)))
    return path


def test_added_removed_and_changed_keys_are_in_force_after_a_reload(key_file):
    with Node(API_KEYS_FILE=key_file) as node:
        assert remaining(chat(node.port, "sk-kept")) == 9
        assert chat(node.port, "sk-new").status == 401
        key_file.write_text(keys_yaml(sk_new=limit(10), sk_kept=limit(20)))
        reload(node)
        assert chat(node.port, "sk-new").status == 200
        assert chat(node.port, "sk-old").status == 401
        assert remaining(chat(node.port, "sk-kept")) == 18  # the window keeps the first request
        assert metric(node, "weir_keys") == 2
        assert metric(node, "weir_policy_last_reload_successful") == 1


def test_windows_in_redis_keep_their_contents(key_file, redis_server):
    with Node(API_KEYS_FILE=key_file, REDIS_URL=redis_server.url) as node:
        assert remaining(chat(node.port, "sk-kept")) == 9
        key_file.write_text(keys_yaml(sk_kept=limit(1)))
        reload(node)
        assert chat(node.port, "sk-kept").status == 429
        key_file.write_text(keys_yaml(sk_kept=limit(3)))
        reload(node)
        assert remaining(chat(node.port, "sk-kept")) == 1


def test_a_wrong_file_leaves_the_policy_in_force_and_is_logged_with_its_position(key_file):
    with Node(API_KEYS_FILE=key_file) as node:
        key_file.write_text("keys:\n  sk-old: {request_per_minute: many}\n")
        reload(node, result="failure")
        assert chat(node.port, "sk-kept").status == 200
        assert f"{key_file}:2:32: " in node.text()
        assert metric(node, "weir_policy_last_reload_successful") == 0
        key_file.unlink()
        reload(node, result="failure")
        assert chat(node.port, "sk-old").status == 200
        key_file.write_text(keys_yaml(sk_new=limit(1)))
        reload(node)
        assert chat(node.port, "sk-new").status == 200


def test_inline_keys_are_added_again(key_file):
    with Node(API_KEYS_FILE=key_file, API_KEYS=keys_yaml(sk_inline=limit(5))) as node:
        key_file.write_text(keys_yaml(sk_new=limit(1), sk_inline=limit(1)))
        reload(node)
        assert remaining(chat(node.port, "sk-inline")) == 4
        assert chat(node.port, "sk-new").status == 200


def test_a_request_under_way_ends_under_the_policy_with_which_it_began(key_file):
    with Node(API_KEYS_FILE=key_file, MOCK_DELAY_MS=500) as node:
        connection = Connection(node.port).send(chat_bytes("sk-old"))
        eventually(lambda: metric(node, "weir_decisions_total") == 1, what="the decision")
        key_file.write_text(keys_yaml(sk_new=limit(1)))
        reload(node)
        answer = connection.answer()
        assert (answer.status, remaining(answer)) == (200, 9)


def test_reloads_under_load_fail_no_request(key_file):
    statuses, stop = [], threading.Event()

    def send():
        connection = Connection(node.port)
        while not stop.is_set():
            statuses.append(connection.send(chat_bytes("sk-kept")).answer().status)

    key_file.write_text(keys_yaml(sk_kept={}))
    with Node(API_KEYS_FILE=key_file, WORKERS=2) as node:
        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for round_number in range(20):
            key_file.write_text(keys_yaml(sk_kept={}, **{f"sk_{round_number}": {}}))
            reload(node)
        stop.set()
        for thread in threads:
            thread.join()
    assert len(statuses) > 20 and set(statuses) == {200}


def test_signals_during_a_reload_cause_one_more(key_file):
    with Node(API_KEYS_FILE=key_file) as node:
        for _ in range(50):
            node.signal(signal.SIGHUP)
        key_file.write_text(keys_yaml(sk_new=limit(1)))
        node.signal(signal.SIGHUP)
        eventually(lambda: chat(node.port, "sk-new").status == 200, what="the last policy")


def test_a_hangup_reloads_a_node_started_by_nohup(key_file):
    with Node(API_KEYS_FILE=key_file, prefix=["nohup"]) as node:
        key_file.write_text(keys_yaml(sk_new=limit(1)))
        reload(node)
        assert chat(node.port, "sk-new").status == 200


def test_check_prints_the_ids_of_the_documented_formula(key_file):
    import hashlib
    import hmac

    digest = hashlib.sha256(b"sk-old").digest()
    for secret, expected in (
        ("", digest.hex()),
        ("pepper", hmac.new(b"pepper", digest, "sha256").hexdigest()),
    ):
        printed = subprocess.run(
            [BINARY, "check"],
            env=environment(API_KEYS_FILE=key_file, KEY_ID_SECRET=secret),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert expected[:32] in printed
