"""The responses of a healthy node: completions, limit headers, models, health and metrics."""

import json
import re
import time

import pytest

from raw_http import MODEL, Connection, chat, get
from weir_harness import ROOT, Node, eventually, keys_yaml

LIMITS = {"request_per_minute": 100, "input_tokens_per_minute": 5000, "output_tokens_per_minute": 1000}
GO_DURATION = r"(\d+h)?(\d+m)?\d+(\.\d+)?(ms|s)"


@pytest.fixture(scope="module")
def node():
    keys = keys_yaml(sk_test=LIMITS, sk_free={}, sk_part={"request_per_minute": 9})
    with Node(API_KEYS=keys, API_KEYS_FILE="", NODE_ID="node-of-the-test") as started:
        yield started


def test_a_completion_has_openais_shape(node):
    response = chat(node.port, "sk-test", max_tokens=7)
    assert response.status == 200 and response.headers["content-type"].startswith("application/json")
    body = response.json()
    assert re.fullmatch(r"chatcmpl-[0-9A-Za-z]{29}", body["id"])
    assert body["object"] == "chat.completion" and body["model"] == MODEL
    assert abs(body["created"] - time.time()) < 60
    assert body["node_id"] == "node-of-the-test"
    assert body["system_fingerprint"] is None and body["service_tier"] == "default"
    (choice,) = body["choices"]
    assert choice["index"] == 0 and choice["logprobs"] is None and choice["finish_reason"] == "length"
    assert set(choice["message"]) == {"role", "content", "refusal", "annotations"}
    assert choice["message"]["role"] == "assistant" and choice["message"]["refusal"] is None
    usage = body["usage"]
    assert usage["completion_tokens"] == 7 == len(choice["message"]["content"].split())
    assert usage["total_tokens"] == usage["prompt_tokens"] + 7
    assert usage["prompt_tokens_details"] == {"cached_tokens": 0, "audio_tokens": 0}
    assert set(usage["completion_tokens_details"]) == {
        "reasoning_tokens",
        "audio_tokens",
        "accepted_prediction_tokens",
        "rejected_prediction_tokens",
    }


@pytest.mark.parametrize(
    "fields,tokens,finish",
    [
        ({"max_tokens": 5}, 5, "length"),
        ({"max_tokens": 100}, 32, "stop"),
        ({"max_tokens": None}, 32, "stop"),
        ({"max_tokens": None, "max_completion_tokens": 3}, 3, "length"),
        ({"max_tokens": 2, "max_completion_tokens": 6}, 6, "length"),
    ],
)
def test_the_mock_writes_no_more_than_the_cap(node, fields, tokens, finish):
    body = chat(node.port, "sk-free", **fields).json()
    assert body["usage"]["completion_tokens"] == tokens
    assert body["choices"][0]["finish_reason"] == finish


def test_each_choice_has_at_most_the_tokens_of_the_cap(node):
    body = chat(node.port, "sk-free", max_tokens=4, n=3).json()
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2]
    assert body["usage"]["completion_tokens"] <= 12


def test_a_request_without_a_cap_gets_one_that_fits_the_limit():
    keys = keys_yaml(sk_small={"output_tokens_per_minute": 6}, sk_wide={"output_tokens_per_minute": 10_000})
    with Node(API_KEYS=keys, API_KEYS_FILE="", DEFAULT_OUTPUT_TOKENS=20) as node:
        assert chat(node.port, "sk-small", max_tokens=None).json()["usage"]["completion_tokens"] == 6
        wide = chat(node.port, "sk-wide", max_tokens=None)
        assert wide.json()["usage"]["completion_tokens"] == 20
        assert int(wide.headers["x-ratelimit-remaining-output-tokens"]) == 10_000 - 20


def test_limit_headers_of_every_limited_metric(node):
    response = chat(node.port, "sk-test", max_tokens=10)
    headers, usage = response.headers, response.json()["usage"]
    for metric, limit in (("requests", 100), ("input-tokens", 5000), ("output-tokens", 1000)):
        assert headers[f"x-ratelimit-limit-{metric}"] == str(limit)
        assert 0 <= int(headers[f"x-ratelimit-remaining-{metric}"]) < limit
        assert re.fullmatch(GO_DURATION, headers[f"x-ratelimit-reset-{metric}"])
        assert f'"{metric}";q={limit};w=60' in headers["ratelimit-policy"]
        assert re.search(rf'"{metric}";r=\d+;t=\d+', headers["ratelimit"])
    assert abs(int(headers["weir-admitted-second"]) - time.time()) < 5
    assert usage["prompt_tokens"] > 0


def test_an_unlimited_metric_has_no_header(node):
    part = chat(node.port, "sk-part").headers
    assert "x-ratelimit-limit-requests" in part and "x-ratelimit-limit-input-tokens" not in part
    free = chat(node.port, "sk-free").headers
    assert not [name for name in free if name.startswith(("x-ratelimit", "ratelimit"))]
    assert "weir-admitted-second" in free


def test_every_response_has_its_id_and_processing_time(node):
    ids = set()
    for path in ("/healthz", "/livez", "/readyz", "/v1/models", "/nowhere"):
        response = get(node.port, path, "sk-test")
        assert re.fullmatch(r"req_[0-9a-f]{32}", response.headers["x-request-id"])
        assert response.headers["openai-processing-ms"].isdigit()
        ids.add(response.headers["x-request-id"])
    assert len(ids) == 5


def test_the_processing_time_includes_the_delay_of_the_mock():
    with Node(API_KEYS=keys_yaml(sk_test={}), API_KEYS_FILE="", MOCK_DELAY_MS=150) as node:
        assert 150 <= int(chat(node.port, "sk-test").headers["openai-processing-ms"]) < 5000


def test_models(node):
    models = get(node.port, "/v1/models", "sk-test").json()
    assert models["object"] == "list" and models["data"]
    for model in models["data"]:
        assert model["object"] == "model" and {"id", "created", "owned_by", "root"} <= set(model)
    one = models["data"][0]
    assert get(node.port, f"/v1/models/{one['id']}", "sk-test").json() == one
    assert get(node.port, "/v1/models").status == 401


def test_health_names_the_store_and_its_state(node):
    health = get(node.port, "/healthz").json()
    assert health["status"] == "ok" and health["node_id"] == "node-of-the-test" and health["version"]
    assert health["store"] == {"kind": "memory", "state": "up"}
    assert get(node.port, "/livez").status == 200 and get(node.port, "/readyz").status == 200
    assert get(node.port, "/healthz", method="HEAD").status == 200


def test_health_of_a_node_on_redis(redis_server):
    with Node(API_KEYS=keys_yaml(sk_test={}), API_KEYS_FILE="", REDIS_URL=redis_server.url) as node:
        assert get(node.port, "/healthz").json()["store"] == {"kind": "redis", "state": "up"}


def parse_metrics(text):
    """Types by name, and values by name with labels. Fails if the text is not in the format of Prometheus."""
    types, values = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types, f"{name} has two types"
            types[name] = kind
        elif line and not line.startswith("#"):
            matched = re.fullmatch(r'([a-z_]+)(\{(?:[a-z_]+="[^"]*",?)*\})? (\S+)', line)
            assert matched, line
            name = matched.group(1)
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            assert name in types or types.get(base) == "histogram", f"{name} has no type"
            values[name + (matched.group(2) or "")] = float(matched.group(3))
    return types, values


def test_metrics_parse_and_count(redis_server):
    keys = keys_yaml(sk_test={"request_per_minute": 4}, sk_mute={"output_tokens_per_minute": 0})
    with Node(API_KEYS=keys, API_KEYS_FILE="", REDIS_URL=redis_server.url) as node:
        statuses = [chat(node.port, "sk-test").status for _ in range(6)] + [
            chat(node.port, "sk-mute").status
        ]
        assert statuses == [200] * 4 + [429] * 3
        response = get(node.port, "/metrics")
        assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
        types, values = parse_metrics(response.body.decode())

    def total(name, *labels):
        return sum(
            value
            for series, value in values.items()
            if re.split(r"\{", series)[0] == name and all(label in series for label in labels)
        )

    assert total("weir_decisions_total", 'decision="admitted"') == 4
    assert total("weir_decisions_total", 'decision="rejected"', 'limit="requests"') == 2
    assert total("weir_decisions_total", 'limit="output_tokens"') == 1
    assert total("weir_output_tokens_produced_total") > 0
    assert total("weir_http_requests_total", 'handler="chat_completions"') == 7
    assert total("weir_http_responses_total", 'code="429"') == 3
    assert total("weir_store_take_duration_seconds_count") == 7
    assert total("weir_http_request_duration_seconds_count") >= 7
    assert total("weir_store_batch_operations_sum") >= 7
    assert total("weir_build_info") >= 1
    assert total("process_resident_memory_bytes") > 1_000_000
    assert types["weir_decisions_total"] == "counter"
    assert types["weir_store_take_duration_seconds"] == "histogram"
    for name in (
        "weir_http_connections",
        "weir_store_queued_takes",
        "weir_store_errors_total",
        "weir_store_unanswered_takes_total",
    ):
        assert name in types, sorted(types)


def test_every_metric_that_docs_tests_and_benchmarks_name_exists(node):
    types, _ = parse_metrics(get(node.port, "/metrics").body.decode())
    no_metrics = {"weir_harness", "weir_test"}  # a Python module, a CMake function
    patterns = ("*.md", "docs/*.md", "tests/*.py", "bench/*.py")
    files = [path for pattern in patterns for path in ROOT.glob(pattern)]
    wrong = {
        f"{path.name}: {name}"
        for path in files
        if path.name not in ("CHANGELOG.md", "CONTRIBUTING.md")  # old names, an invented name
        for name in set(re.findall(r"\bweir_[a-z_]+", path.read_text())) - no_metrics
        if name not in types and types.get(re.sub(r"_(bucket|sum|count)$", "", name)) != "histogram"
    }
    assert wrong == set()


def test_a_bypassed_limiter_checks_keys_and_limits_nothing():
    keys = keys_yaml(sk_test={"request_per_minute": 1})
    with Node(API_KEYS=keys, API_KEYS_FILE="", BYPASS_LIMITER=1) as node:
        responses = [chat(node.port, "sk-test") for _ in range(5)]
        assert [response.status for response in responses] == [200] * 5
        assert not [name for name in responses[0].headers if "ratelimit" in name]
        assert chat(node.port, "sk-unknown").status == 401


def test_an_idle_node_on_redis_decides_in_one_round_trip(redis_server):
    """A sequential client never waits behind its own settle or for a timer, so it is faster than any tick."""
    keys = keys_yaml(sk_test={"request_per_minute": 1_000_000})
    with Node(API_KEYS=keys, API_KEYS_FILE="", REDIS_URL=redis_server.url) as node, Connection(
        node.port
    ) as client:
        times = []
        for _ in range(300):
            begun = time.monotonic()
            assert client.chat("sk-test").status == 200
            times.append(time.monotonic() - begun)
    assert sorted(times)[150] < 0.005, sorted(times)[150]


def test_inline_keys_replace_those_of_the_file(tmp_path):
    file = tmp_path / "keys.yaml"
    file.write_text("keys:\n  sk-both: {request_per_minute: 1}\n  sk-file: {request_per_minute: 1}\n")
    inline = json.dumps({"keys": {"sk-both": {"request_per_minute": 3}}})
    with Node(API_KEYS_FILE=file, API_KEYS=inline) as node:
        assert [chat(node.port, "sk-both").status for _ in range(4)] == [200, 200, 200, 429]
        assert [chat(node.port, "sk-file").status for _ in range(2)] == [200, 429]
        eventually(lambda: get(node.port, "/readyz").status == 200)
