"""Every row of the error table over HTTP: status, shape, headers; and invalid requests cost nothing."""

import json
import re

import pytest

from raw_http import Connection, chat, chat_body, get, head_bytes, post, post_bytes
from weir_harness import Node, keys_yaml

KEY = "sk-test-of-the-error-table"
MAX_BODY = 100_000


@pytest.fixture(scope="module")
def node():
    keys = {
        "keys": {
            KEY: {"request_per_minute": 1_000_000},
            "sk-once": {"request_per_minute": 1},
            "sk-tokens": {"input_tokens_per_minute": 50, "output_tokens_per_minute": 20},
        }
    }
    with Node(API_KEYS=json.dumps(keys), API_KEYS_FILE="", MAX_BODY_BYTES=MAX_BODY) as started:
        yield started


def body(**changes):
    """A valid request with these fields changed; a field of `...` is left out."""
    fields = json.loads(chat_body()) | changes
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


USER = {"role": "user", "content": "Hello!"}

# what is sent, param, code, a part of the message
INVALID_BODIES = [
    (b"", None, None, "could not parse the JSON body"),
    (b"{", None, None, "could not parse the JSON body"),
    (b'{"model": "gpt-4o"} trailing', None, None, "could not parse the JSON body"),
    (b"\xff\xfe{}", None, None, "could not parse the JSON body"),
    (b'{"model": NaN}', None, None, "could not parse the JSON body"),
    (b"[" * 5000, None, None, "could not parse the JSON body"),
    (body(model=...), None, None, "you must provide a model parameter"),
    (
        body(messages=...),
        "messages",
        "missing_required_parameter",
        "Missing required parameter: 'messages'.",
    ),
    (body(messages=[]), "messages", "empty_array", "Expected an array with minimum length 1"),
    (
        body(messages="Hello!"),
        "messages",
        "invalid_type",
        "expected an array of objects, but got a string instead.",
    ),
    (
        body(messages=[{"role": "king", "content": "x"}]),
        "messages[0].role",
        "invalid_value",
        "Supported values are",
    ),
    (
        body(messages=[{"content": "x"}]),
        "messages[0].role",
        "missing_required_parameter",
        "messages[0].role",
    ),
    (
        body(messages=[USER, {"role": "user", "content": 5}]),
        "messages[1].content",
        "invalid_type",
        "messages[1].content",
    ),
    (
        body(max_tokens=-678),
        "max_tokens",
        "integer_below_min_value",
        "Expected a value >= 1, but got -678 instead.",
    ),
    (
        body(max_tokens=0),
        "max_tokens",
        "integer_below_min_value",
        "Expected a value >= 1, but got 0 instead.",
    ),
    (
        body(max_completion_tokens=0),
        "max_completion_tokens",
        "integer_below_min_value",
        "max_completion_tokens",
    ),
    (
        body(max_tokens="many"),
        "max_tokens",
        "invalid_type",
        "expected an integer, but got a string instead.",
    ),
    (body(max_tokens=1.5), "max_tokens", "invalid_type", "max_tokens"),
    (body(n=0), "n", "integer_below_min_value", "Expected a value >= 1"),
    (body(n=129), "n", "integer_above_max_value", "Expected a value <= 128"),
    (body(temperature=3), "temperature", "decimal_above_max_value", "Expected a value <= 2"),
    (body(temperature=-0.5), "temperature", "decimal_below_min_value", "Expected a value >= 0"),
    (body(top_p=2), "top_p", "decimal_above_max_value", "Expected a value <= 1"),
    (body(presence_penalty=-3), "presence_penalty", "decimal_below_min_value", "Expected a value >= -2"),
    (body(stream="yes"), "stream", "invalid_type", "stream"),
    (body(stream=True), "stream", ..., "stream"),
    (body(model=5), "model", "invalid_type", "expected a string"),
]


@pytest.mark.parametrize("sent,param,code,message", INVALID_BODIES, ids=lambda value: repr(value)[:40])
def test_an_invalid_body_is_a_400_that_says_where(node, sent, param, code, message):
    answer = post(node.port, KEY, sent)
    assert answer.status == 400
    assert_shape(answer)
    assert answer.error["type"] == "invalid_request_error"
    assert answer.error["param"] == param
    assert code is ... or answer.error["code"] == code
    assert message in answer.error["message"]


def assert_shape(answer):
    assert answer.headers["content-type"].startswith("application/json")
    assert set(answer.json()) == {"error"} and set(answer.error) == {"message", "type", "param", "code"}
    assert answer.error["message"] and isinstance(answer.error["code"], (str, type(None)))
    assert re.fullmatch(r"req_[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers["openai-processing-ms"].isdigit()


def test_no_key(node):
    answer = chat(node.port, None)
    assert answer.status == 401
    assert_shape(answer)
    assert answer.error["message"].startswith("You didn't provide an API key.")
    assert (answer.error["type"], answer.error["code"]) == ("invalid_request_error", None)


@pytest.mark.parametrize(
    "key,shown",
    [
        ("sk-nobody-knows-this-long-key-1234", r"sk-\*+1234"),
        ("sk-short", r"\*+"),
    ],
)
def test_a_wrong_key_is_shown_masked(node, key, shown):
    answer = chat(node.port, key)
    assert answer.status == 401
    assert_shape(answer)
    assert answer.error["code"] == "invalid_api_key"
    told = re.match(r"Incorrect API key provided: (\S*)\.", answer.error["message"])
    assert told and re.fullmatch(shown, told.group(1)), answer.error["message"]
    assert key not in answer.body.decode()


@pytest.mark.parametrize("line", ["Basic c2stdGVzdA==", "Bearer", "Bearer  ", KEY, "Digest x=y"])
def test_other_authorizations_are_no_key(node, line):
    lines = "POST /v1/chat/completions HTTP/1.1\r\nHost: weir\r\n"
    lines += f"Authorization: {line}\r\nContent-Length: 0\r\n\r\n"
    with Connection(node.port) as connection:
        answer = connection.ask(lines.encode())
    assert answer.status == 401
    assert_shape(answer)


def test_the_key_is_judged_before_the_body_is_read(node):
    with Connection(node.port) as connection:
        answer = connection.ask(
            post_bytes("sk-wrong-key-of-somebody", b"", further=())[:-2].replace(
                b"Content-Length: 0", b"Content-Length: 90000"
            )
            + b"\r\n"
        )
    assert answer.status == 401


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_wrong_content_type(node, content_type):
    answer = post(node.port, KEY, chat_body(), content_type=content_type)
    assert answer.status == 400
    assert_shape(answer)
    assert answer.error["code"] == "unsupported_content_type"
    assert "application/json" in answer.error["message"]


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_right_content_types(node, content_type):
    assert post(node.port, KEY, chat_body(), content_type=content_type).status == 200


@pytest.mark.parametrize(
    "method,path",
    [
        ("GET", "/v1/chat/completions"),
        ("PUT", "/v1/chat/completions"),
        ("DELETE", "/v1/models"),
        ("POST", "/healthz"),
        ("POST", "/v1/models"),
    ],
)
def test_a_wrong_method(node, method, path):
    with Connection(node.port) as connection:
        answer = connection.ask(
            head_bytes(method, path, KEY).replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n")
        )
    assert answer.status == 405
    assert_shape(answer)
    assert answer.error["message"].startswith(f"Not allowed to {method} on {path}.")
    assert answer.headers["allow"]


@pytest.mark.parametrize(
    "path,message,code",
    [
        ("/v1/chat/completion", "Invalid URL (POST /v1/chat/completion)", None),
        ("/", "Invalid URL (POST /)", None),
        ("/chat/completions", "Unknown request URL: POST /chat/completions.", "unknown_url"),
    ],
)
def test_an_unknown_url(node, path, message, code):
    answer = post(node.port, KEY, chat_body(), path=path)
    assert answer.status == 404
    assert_shape(answer)
    assert answer.error["message"].startswith(message) and answer.error["code"] == code


def test_an_unknown_model_in_the_list(node):
    answer = get(node.port, "/v1/models/no-such-model", KEY)
    assert answer.status == 404 and answer.error["code"] == "model_not_found"
    assert (
        answer.error["message"]
        == "The model `no-such-model` does not exist or you do not have access to it."
    )


@pytest.mark.parametrize("how", ["content-length", "chunked"])
def test_a_body_too_large(node, how):
    large = chat_body(content="x" * (2 * MAX_BODY))
    sent = post_bytes(KEY, large)
    if how == "chunked":
        sent = post_bytes(KEY, b"", further=["Transfer-Encoding: chunked"]).replace(
            b"Content-Length: 0\r\n", b""
        )
        sent += b"%x\r\n" % len(large) + large + b"\r\n0\r\n\r\n"
    with Connection(node.port) as connection:
        answer = connection.ask(sent)
        assert answer.status == 413
        assert_shape(answer)
        assert str(MAX_BODY) in answer.error["message"]


def test_headers_too_large(node):
    with Connection(node.port) as connection:
        answer = connection.ask(post_bytes(KEY, chat_body(), further=["X-Large: " + "x" * 100_000]))
    assert answer.status == 431
    assert_shape(answer)


def test_a_rejection_for_now(node):
    assert chat(node.port, "sk-once").status == 200
    answer = chat(node.port, "sk-once")
    assert answer.status == 429
    assert_shape(answer)
    assert (answer.error["type"], answer.error["code"]) == ("requests", "rate_limit_exceeded")
    assert re.search(
        r"on requests per min \(RPM\): Limit 1, Used 1, Requested 1\. Please try again in \S+s\.",
        answer.error["message"],
    )
    assert 0 < answer.retry_after_ms <= 61_000
    assert answer.headers["x-ratelimit-remaining-requests"] == "0"
    assert "weir-admitted-second" not in answer.headers


@pytest.mark.parametrize(
    "fields,words",
    [
        ({"max_tokens": 21}, r"on output tokens per min \(OTPM\): Limit 20, Requested 21\."),
        ({"max_tokens": 3, "n": 7}, r"on output tokens per min \(OTPM\): Limit 20, Requested 21\."),
        (
            {"content": "word " * 400, "max_tokens": 1},
            r"on input tokens per min \(ITPM\): Limit 50, Requested \d+\.",
        ),
    ],
)
def test_a_rejection_for_ever(node, fields, words):
    answer = chat(node.port, "sk-tokens", **fields)
    assert answer.status == 429
    assert_shape(answer)
    assert (answer.error["type"], answer.error["code"]) == ("tokens", "rate_limit_exceeded")
    assert answer.error["message"].startswith("Request too large for ")
    assert re.search(words, answer.error["message"]), answer.error["message"]
    assert answer.headers["x-should-retry"] == "false" and "retry-after-ms" not in answer.headers


def test_what_is_invalid_costs_nothing():
    keys = keys_yaml(sk_counts={"request_per_minute": 2})
    with Node(API_KEYS=keys, API_KEYS_FILE="", MAX_BODY_BYTES=MAX_BODY) as node:
        for sent, *_ in INVALID_BODIES:
            assert post(node.port, "sk-counts", sent).status == 400
        assert post(node.port, "sk-counts", chat_body(), content_type="text/plain").status == 400
        assert post(node.port, "sk-counts", b"x" * (MAX_BODY + 1)).status == 413
        assert get(node.port, "/v1/models", "sk-counts").status == 200
        assert [chat(node.port, "sk-counts").status for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    "fields",
    [
        {"max_tokens": None},
        {"temperature": None, "n": None, "stream": None, "stop": None},
        {"stream": False},
        {"max_completion_tokens": 3},
        {"max_tokens": 2, "max_completion_tokens": 3},
        {"top_k": 40, "unknown": {"a": [1]}},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hello!"}]}]},
        {
            "messages": [
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                    ],
                },
                {"role": "tool", "tool_call_id": "call_1", "content": "4"},
            ]
        },
    ],
)
def test_what_clients_send_is_accepted(node, fields):
    answer = chat(node.port, KEY, **fields)
    assert answer.status == 200, answer.body
