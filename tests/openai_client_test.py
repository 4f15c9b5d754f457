"""The official OpenAI client works with a node: completions, error classes and limit headers."""

import openai
import pytest

from raw_http import MODEL
from weir_harness import Node, eventually, keys_yaml

MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture(scope="module")
def node():
    keys = keys_yaml(
        sk_test={"request_per_minute": 100_000},
        sk_once={"request_per_minute": 1},
        sk_mute={"output_tokens_per_minute": 2},
    )
    with Node(API_KEYS=keys, API_KEYS_FILE="") as started:
        yield started


def client(node, key, **options):
    return openai.OpenAI(
        base_url=f"{node.url}/v1", api_key=key, **({"max_retries": 0, "timeout": 20} | options)
    )


def test_a_completion(node):
    with client(node, "sk-test") as it:
        response = it.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=5)
    assert response.choices[0].message.content and response.choices[0].finish_reason == "length"
    assert response.usage.completion_tokens == 5 and response.usage.prompt_tokens > 0
    assert response._request_id.startswith("req_")


def test_a_rate_limit_error_with_headers(node):
    with client(node, "sk-once") as it:
        it.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=5)
        with pytest.raises(openai.RateLimitError) as raised:
            it.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=5)
    error = raised.value
    assert error.code == "rate_limit_exceeded" and error.type == "requests"
    assert "requests per min (RPM): Limit 1, Used 1, Requested 1" in error.message
    assert int(error.response.headers["retry-after"]) >= 1
    assert int(error.response.headers["retry-after-ms"]) > 0
    assert error.response.headers["x-ratelimit-remaining-requests"] == "0"


def test_a_request_above_the_limit_is_not_retried(node):
    with client(node, "sk-mute", max_retries=5) as it, pytest.raises(
        openai.RateLimitError, match="Request too large"
    ):
        it.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=5)


def test_the_client_waits_as_long_as_the_response_says():
    """The client prefers retry-after-ms, so one retry is enough even for a short window."""
    with Node(
        API_KEYS=keys_yaml(sk_test={"request_per_minute": 1}), API_KEYS_FILE="", WINDOW_SECONDS=1
    ) as node:
        with client(node, "sk-test", max_retries=1) as it:
            for _ in range(3):
                assert it.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=5)


def test_an_authentication_error(node):
    with client(node, "sk-this-key-is-not-known") as it, pytest.raises(
        openai.AuthenticationError
    ) as raised:
        it.chat.completions.create(model=MODEL, messages=MESSAGES)
    assert raised.value.code == "invalid_api_key" and "not-known" not in str(raised.value)


def test_a_bad_request_error(node):
    with client(node, "sk-test") as it, pytest.raises(openai.BadRequestError) as raised:
        it.chat.completions.create(model=MODEL, messages=[])
    assert raised.value.param == "messages" and raised.value.code == "empty_array"


def test_a_stream_is_a_bad_request_that_names_the_field(node):
    with client(node, "sk-test") as it, pytest.raises(openai.BadRequestError, match="stream"):
        it.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)


def test_a_store_error_is_an_internal_server_error(redis_server):
    settings = {"REDIS_URL": redis_server.url, "API_KEYS": keys_yaml(sk_test={}), "API_KEYS_FILE": ""}
    with Node(**settings) as node, client(node, "sk-test") as it:
        it.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=5)
        redis_server.stop()
        with pytest.raises(openai.InternalServerError) as raised:
            it.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=5)
        assert raised.value.status_code == 503
        redis_server.start()
        patient = client(node, "sk-test", max_retries=8)
        eventually(lambda: patient.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=5))


def test_models_by_the_client(node):
    with client(node, "sk-test") as it:
        ids = [model.id for model in it.models.list()]
        assert MODEL in ids and it.models.retrieve(MODEL).id == MODEL
        with pytest.raises(openai.NotFoundError):
            it.models.retrieve("no-such-model")
