"""Every row of the error table over HTTP: status, shape and headers. Invalid requests cost nothing."""

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

# The body, then param, code and a part of the message of its error.
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
def test_an_invalid_body_gets_400_that_names_the_field(node, sent, param, code, message):
    response = post(node.port, KEY, sent)
    assert response.status == 400
    assert_shape(response)
    assert response.error["type"] == "invalid_request_error"
    assert response.error["param"] == param
    assert code is ... or response.error["code"] == code
    assert message in response.error["message"]


def assert_shape(response):
    assert response.headers["content-type"].startswith("application/json")
    assert set(response.json()) == {"error"} and set(response.error) == {"message", "type", "param", "code"}
    assert response.error["message"] and isinstance(response.error["code"], (str, type(None)))
    assert re.fullmatch(r"req_[0-9a-f]{32}", response.headers["x-request-id"])
    assert response.headers["openai-processing-ms"].isdigit()


def test_a_request_without_a_key_gets_401(node):
    response = chat(node.port, None)
    assert response.status == 401
    assert_shape(response)
    assert response.error["message"].startswith("You didn't provide an API key.")
    assert (response.error["type"], response.error["code"]) == ("invalid_request_error", None)


@pytest.mark.parametrize(
    "key,shown",
    [
        ("sk-an-unknown-key-of-many-letters-1234", r"sk-\*+1234"),
        ("sk-short", r"\*+"),
    ],
)
def test_a_wrong_key_is_shown_masked(node, key, shown):
    response = chat(node.port, key)
    assert response.status == 401
    assert_shape(response)
    assert response.error["code"] == "invalid_api_key"
    named = re.match(r"Incorrect API key provided: (\S*)\.", response.error["message"])
    assert named and re.fullmatch(shown, named.group(1)), response.error["message"]
    assert key not in response.body.decode()


@pytest.mark.parametrize("line", ["Basic c2stdGVzdA==", "Bearer", "Bearer  ", KEY, "Digest x=y"])
def test_other_authorization_schemes_count_as_no_key(node, line):
    lines = "POST /v1/chat/completions HTTP/1.1\r\nHost: weir\r\n"
    lines += f"Authorization: {line}\r\nContent-Length: 0\r\n\r\n"
    with Connection(node.port) as connection:
        response = connection.ask(lines.encode())
    assert response.status == 401
    assert_shape(response)


def test_a_wrong_key_gets_401_before_the_body_is_read(node):
    with Connection(node.port) as connection:
        response = connection.ask(
            post_bytes("sk-a-wrong-key-with-a-body", b"", further=())[:-2].replace(
                b"Content-Length: 0", b"Content-Length: 90000"
            )
            + b"\r\n"
        )
    assert response.status == 401


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_wrong_content_type_gets_400(node, content_type):
    response = post(node.port, KEY, chat_body(), content_type=content_type)
    assert response.status == 400
    assert_shape(response)
    assert response.error["code"] == "unsupported_content_type"
    assert "application/json" in response.error["message"]


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_content_types_of_json_are_accepted(node, content_type):
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
def test_a_wrong_method_gets_405(node, method, path):
    with Connection(node.port) as connection:
        response = connection.ask(
            head_bytes(method, path, KEY).replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n")
        )
    assert response.status == 405
    assert_shape(response)
    assert response.error["message"].startswith(f"Not allowed to {method} on {path}.")
    assert response.headers["allow"]


@pytest.mark.parametrize(
    "path,message,code",
    [
        ("/v1/chat/completion", "Invalid URL (POST /v1/chat/completion)", None),
        ("/", "Invalid URL (POST /)", None),
        ("/chat/completions", "Unknown request URL: POST /chat/completions.", "unknown_url"),
    ],
)
def test_an_unknown_url_gets_404(node, path, message, code):
    response = post(node.port, KEY, chat_body(), path=path)
    assert response.status == 404
    assert_shape(response)
    assert response.error["message"].startswith(message) and response.error["code"] == code


def test_an_unknown_model_gets_404(node):
    response = get(node.port, "/v1/models/no-such-model", KEY)
    assert response.status == 404 and response.error["code"] == "model_not_found"
    assert (
        response.error["message"]
        == "The model `no-such-model` does not exist or you do not have access to it."
    )


@pytest.mark.parametrize("how", ["content-length", "chunked"])
def test_a_body_that_is_too_large_gets_413(node, how):
    large = chat_body(content="x" * (2 * MAX_BODY))
    sent = post_bytes(KEY, large)
    if how == "chunked":
        sent = post_bytes(KEY, b"", further=["Transfer-Encoding: chunked"]).replace(
            b"Content-Length: 0\r\n", b""
        )
        sent += b"%x\r\n" % len(large) + large + b"\r\n0\r\n\r\n"
    with Connection(node.port) as connection:
        response = connection.ask(sent)
        assert response.status == 413
        assert_shape(response)
        assert str(MAX_BODY) in response.error["message"]


def test_headers_that_are_too_large_get_431(node):
    with Connection(node.port) as connection:
        response = connection.ask(post_bytes(KEY, chat_body(), further=["X-Large: " + "x" * 100_000]))
    assert response.status == 431
    assert_shape(response)


def test_a_rejected_request_gets_429_and_the_time_to_wait(node):
    assert chat(node.port, "sk-once").status == 200
    response = chat(node.port, "sk-once")
    assert response.status == 429
    assert_shape(response)
    assert (response.error["type"], response.error["code"]) == ("requests", "rate_limit_exceeded")
    assert re.search(
        r"on requests per min \(RPM\): Limit 1, Used 1, Requested 1\. Please try again in \S+s\.",
        response.error["message"],
    )
    assert 0 < response.retry_after_ms <= 61_000
    assert response.headers["x-ratelimit-remaining-requests"] == "0"
    assert "weir-admitted-second" not in response.headers


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
def test_a_request_above_the_limit_gets_429_without_a_time_to_wait(node, fields, words):
    response = chat(node.port, "sk-tokens", **fields)
    assert response.status == 429
    assert_shape(response)
    assert (response.error["type"], response.error["code"]) == ("tokens", "rate_limit_exceeded")
    assert response.error["message"].startswith("Request too large for ")
    assert re.search(words, response.error["message"]), response.error["message"]
    assert response.headers["x-should-retry"] == "false" and "retry-after-ms" not in response.headers


def test_an_invalid_request_costs_nothing():
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
def test_common_fields_of_clients_are_accepted(node, fields):
    response = chat(node.port, KEY, **fields)
    assert response.status == 200, response.body
