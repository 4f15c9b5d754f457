"""`weir load` against two nodes on one Redis for three windows, and against a store that loses its data."""

import json
import re
import signal
import threading

import pytest

from raw_http import get
from weir_harness import BINARY, Node, Process, environment, eventually, keys_yaml, run_weir

KEY_A, KEY_B = "sk-load-generator-test-key-a", "sk-load-generator-test-key-b"
KEYS = json.dumps(
    {
        "keys": {
            KEY_A: {
                "request_per_minute": 50,
                "input_tokens_per_minute": 3000,
                "output_tokens_per_minute": 900,
            },
            KEY_B: {
                "request_per_minute": 200,
                "input_tokens_per_minute": 9000,
                "output_tokens_per_minute": 2000,
            },
        }
    }
)


def settings(redis_server, **more):
    return {
        "REDIS_URL": redis_server.url,
        "API_KEYS": KEYS,
        "API_KEYS_FILE": "",
        "WINDOW_SECONDS": 1,
    } | more


def run_load(*arguments, timeout=60):
    return run_weir("load", *arguments, timeout=timeout)


def test_two_nodes_on_one_redis_hold_the_limits(redis_server, tmp_path):
    report = tmp_path / "report.json"
    with Node(**settings(redis_server)) as one, Node(**settings(redis_server)) as two:
        ended = run_load(
            "--nodes",
            one.url,
            "--nodes",
            two.url,
            "--api-keys",
            f"{KEY_A},{KEY_B}",
            "--duration",
            "7",
            "--concurrency",
            "4",
            "--processes",
            "2",
            "--payload-cache-size",
            "64",
            "--max-tokens",
            "8",
            "--json",
            str(report),
        )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"over-admitted: 0\b", ended.stdout)
    result = json.loads(report.read_text())
    assert result["over_admitted"] == 0 and result["requests_per_second"] > 100
    assert {node["url"] for node in result["nodes"]} == {one.url, two.url}
    assert len({node["node_id"] for node in result["nodes"]}) == 2
    for node in result["nodes"]:
        assert node["sent"] > 0 and node["admitted"] > 0 and node["errors"] == 0
        assert set(node["throttled"]) == {"requests", "input_tokens", "output_tokens"}
        assert node["sent"] == node["admitted"] + sum(node["throttled"].values())
        assert 0 < node["latency_ms"]["p50"] <= node["latency_ms"]["p95"] <= node["latency_ms"]["p99"]
    assert len(result["keys"]) == 2
    for key in result["keys"]:
        assert re.fullmatch(r"[0-9a-f]{32}", key["key_id"]) and key["limits"] and key["largest_window"]
    said = ended.stdout + ended.stderr + report.read_text()
    assert KEY_A not in said and KEY_B not in said
    # The load reached the limits; without rejections the report would prove nothing.
    assert sum(sum(node["throttled"].values()) for node in result["nodes"]) > 0


def test_nodes_on_the_embedded_store_are_audited_one_by_one():
    own = {"API_KEYS": KEYS, "API_KEYS_FILE": "", "WINDOW_SECONDS": 1}
    with Node(**own) as one, Node(**own) as two:
        ended = run_load(
            "--nodes", f"{one.url},{two.url}", "--api-keys", KEY_A, "--duration", "3", "--processes", "1"
        )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"over-admitted: 0\b", ended.stdout)


def test_the_audit_finds_a_store_that_lost_its_data(redis_server, tmp_path):
    """FLUSHALL breaks promise 1, because the store loses its data. The audit finds it; the nodes cannot."""
    report = tmp_path / "report.json"
    stop = threading.Event()
    with Node(**settings(redis_server, WINDOW_SECONDS=5)) as node:
        client = redis_server.client()

        def forget():
            while not stop.wait(0.3):
                client.flushall()

        thread = threading.Thread(target=forget)
        thread.start()
        try:
            ended = run_load(
                "--nodes",
                node.url,
                "--api-keys",
                KEY_A,
                "--duration",
                "3",
                "--processes",
                "1",
                "--json",
                str(report),
            )
        finally:
            stop.set()
            thread.join()
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert json.loads(report.read_text())["over_admitted"] > 0
    assert not re.search(r"over-admitted: 0\b", ended.stdout)


def test_keys_from_a_file_and_an_open_loop(tmp_path, redis_server):
    keys, report = tmp_path / "keys.txt", tmp_path / "report.json"
    keys.write_text(f"{KEY_A}\n{KEY_B}\n")
    with Node(**settings(redis_server)) as node:
        ended = run_load(
            "--nodes",
            node.url,
            "--api-keys",
            f"@{keys}",
            "--duration",
            "2",
            "--rate",
            "150",
            "--processes",
            "1",
            "--json",
            str(report),
        )
    assert ended.returncode == 0, ended.stderr
    assert 100 < json.loads(report.read_text())["requests_per_second"] < 200


def test_an_unreachable_node_is_an_error_that_names_it(tmp_path):
    ended = run_load("--nodes", "http://127.0.0.1:1", "--api-keys", KEY_A, "--duration", "1")
    assert ended.returncode == 1 and "127.0.0.1:1" in ended.stderr + ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--nodes", "http://127.0.0.1:1"],
        ["--nodes", "ftp://x", "--api-keys", "x"],
        ["--nodes", "http://127.0.0.1:1", "--api-keys", "@/nowhere/at/all"],
        ["--nodes", "http://127.0.0.1:1", "--api-keys", "x", "--duration", "-1"],
    ],
)
def test_wrong_arguments_are_a_usage_error(arguments):
    ended = run_load(*arguments)
    assert ended.returncode == 2 and ended.stderr, (ended.returncode, ended.stderr)


def test_ctrl_c_ends_early_with_the_report(tmp_path):
    report = tmp_path / "report.json"
    with Node(API_KEYS=KEYS, API_KEYS_FILE="", WINDOW_SECONDS=1) as node:
        with Process(
            [
                BINARY,
                "load",
                "--nodes",
                node.url,
                "--api-keys",
                KEY_A,
                "--duration",
                "600",
                "--processes",
                "1",
                "--json",
                str(report),
            ],
            environment(),
        ) as load:
            eventually(
                lambda: re.search(
                    r"weir_decisions_total\{[^}]*\} [1-9]", get(node.port, "/metrics").body.decode()
                ),
                what="load under way",
            )
            load.signal(signal.SIGINT)
            assert load.wait() == 0, load.text()
    assert json.loads(report.read_text())["over_admitted"] == 0


def test_an_unlimited_key_is_not_audited():
    with Node(API_KEYS=keys_yaml(sk_free={}), API_KEYS_FILE="", BYPASS_LIMITER=1) as node:
        ended = run_load(
            "--nodes", node.url, "--api-keys", "sk-free", "--duration", "1", "--processes", "1"
        )
    assert ended.returncode == 0, ended.stdout + ended.stderr
