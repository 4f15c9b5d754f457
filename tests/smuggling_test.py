"""Request smuggling: framing that two servers could read differently gets 400 and closes the connection."""

import pytest

from raw_http import Closed, Connection, chat_body, chat_bytes, post_bytes
from weir_harness import Node, keys_yaml

KEY = "sk-test"
BODY = chat_body()
CHUNKED = b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def node():
    with Node(API_KEYS=keys_yaml(sk_test={}), API_KEYS_FILE="", HEADER_TIMEOUT_MS=20_000) as started:
        yield started


def request(*headers, body=BODY, version="HTTP/1.1", host="Host: weir", line=None):
    lines = [
        line or f"POST /v1/chat/completions {version}",
        host,
        f"Authorization: Bearer {KEY}",
        "Content-Type: application/json",
        *headers,
    ]
    return "\r\n".join(one for one in lines if one is not None).encode("latin-1") + b"\r\n\r\n" + body


LENGTH = f"Content-Length: {len(BODY)}"
SMUGGLED = {
    "content-length then chunked": request(LENGTH, "Transfer-Encoding: chunked", body=CHUNKED),
    "chunked then content-length": request("Transfer-Encoding: chunked", LENGTH, body=CHUNKED),
    "transfer-encoding other than chunked": request("Transfer-Encoding: gzip", LENGTH),
    "transfer-encoding other, no length": request("Transfer-Encoding: gzip"),
    "identity": request("Transfer-Encoding: identity", LENGTH),
    "gzip, chunked": request("Transfer-Encoding: gzip, chunked", body=CHUNKED),
    "chunked, gzip": request("Transfer-Encoding: chunked, gzip", body=CHUNKED),
    "chunked twice in one line": request("Transfer-Encoding: chunked, chunked", body=CHUNKED),
    "chunked twice in two lines": request(
        "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=CHUNKED
    ),
    "chunked in quotes": request('Transfer-Encoding: "chunked"', body=CHUNKED),
    "chunked with a vertical tab": request("Transfer-Encoding: \x0bchunked", body=CHUNKED),
    "a space before the colon": request("Transfer-Encoding : chunked", body=CHUNKED),
    "a space before the length's colon": request(f"Content-Length : {len(BODY)}"),
    "a folded transfer-encoding": request("Transfer-Encoding:\r\n chunked", body=CHUNKED),
    "a folded header": request(LENGTH, "X-Folded: a\r\n b"),
    "two content-lengths": request(LENGTH, "Content-Length: 5"),
    "the same content-length twice": request(LENGTH, LENGTH),
    "a list of content-lengths": request(f"Content-Length: {len(BODY)}, {len(BODY)}"),
    "a signed content-length": request(f"Content-Length: +{len(BODY)}"),
    "a negative content-length": request("Content-Length: -1"),
    "a hexadecimal content-length": request("Content-Length: 0x10"),
    "an enormous content-length": request("Content-Length: 99999999999999999999999"),
    "transfer-encoding in HTTP/1.0": request(
        "Transfer-Encoding: chunked", body=CHUNKED, version="HTTP/1.0"
    ),
    "no host": request(LENGTH, host=None),
    "two hosts": request(LENGTH, "Host: other"),
    "a bare carriage return in a header": request(LENGTH, "X-Bare: a\rb"),
    "a nul in a header": request(LENGTH, "X-Nul: a\0b"),
    "a header without a name": request(LENGTH, ": nothing"),
    "a header without a colon": request(LENGTH, "Nonsense"),
    "a chunk size that is none": request("Transfer-Encoding: chunked", body=b"zz\r\nabc\r\n0\r\n\r\n"),
    "a chunk size with a sign": request("Transfer-Encoding: chunked", body=b"+5\r\nabcde\r\n0\r\n\r\n"),
    "a chunk size out of range": request(
        "Transfer-Encoding: chunked", body=b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n"
    ),
    "a chunk longer than it says": request("Transfer-Encoding: chunked", body=b"2\r\nabc\r\n0\r\n\r\n"),
    "no target": request(LENGTH, line="POST HTTP/1.1"),
    "a space in the target": request(LENGTH, line="POST /v1/chat/ completions HTTP/1.1"),
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


@pytest.mark.parametrize("what", sorted(SMUGGLED))
def test_a_smuggled_request_gets_400_and_a_closed_connection(node, what):
    with Connection(node.port) as connection:
        response = connection.send(SMUGGLED[what] + chat_bytes(KEY)).response()
        assert response.status == 400, response
        assert response.headers["connection"] == "close"
        assert set(response.error) == {"message", "type", "param", "code"}
        assert connection.is_closed_by_peer()  # so the request behind it was not served


FINE = {
    "chunked": request("Transfer-Encoding: chunked", body=CHUNKED),
    "Chunked": request("Transfer-Encoding: Chunked", body=CHUNKED),
    "chunked with an extension": request(
        "Transfer-Encoding: chunked", body=b"%x;a=b\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n"
    ),
    "chunked with a trailer": request(
        "Transfer-Encoding: chunked", body=CHUNKED[:-2] + b"X-Trailer: 1\r\n\r\n"
    ),
    "content-length": request(LENGTH),
    "an absolute target": request(LENGTH, line="POST http://weir/v1/chat/completions HTTP/1.1"),
    "a query": request(LENGTH, line="POST /v1/chat/completions?api-version=1 HTTP/1.1"),
    "an empty line before": b"\r\n" + request(LENGTH),
}


@pytest.mark.parametrize("what", sorted(FINE))
def test_unusual_but_unambiguous_requests_are_served_and_the_connection_stays_open(node, what):
    with Connection(node.port) as connection:
        assert connection.send(FINE[what] + chat_bytes(KEY)).response().status == 200
        assert connection.response().status == 200


def test_http_1_0_gets_a_response_and_a_closed_connection(node):
    with Connection(node.port) as connection:
        assert connection.send(request(LENGTH, version="HTTP/1.0")).response().status == 200
        assert connection.is_closed_by_peer()


def test_another_version_is_505(node):
    with Connection(node.port) as connection:
        assert connection.send(request(LENGTH, version="HTTP/2.0")).response().status in (400, 505)
        assert connection.is_closed_by_peer()


def test_requests_may_be_pipelined_and_come_in_pieces(node):
    with Connection(node.port) as connection:
        connection.send(chat_bytes(KEY) * 20)
        assert [connection.response().status for _ in range(20)] == [200] * 20
        for byte in chat_bytes(KEY):
            connection.send(bytes([byte]))
        assert connection.response().status == 200


def test_100_continue_is_sent_for_known_keys_only(node):
    expecting = request(LENGTH, "Expect: 100-continue", body=b"")
    with Connection(node.port) as connection:
        assert connection.ask(expecting).status == 100
        assert connection.ask(BODY).status == 200
    with Connection(node.port) as connection:
        assert connection.ask(expecting.replace(b"sk-test", b"sk-unknown")).status == 401


def test_connection_close_is_honoured(node):
    with Connection(node.port) as connection:
        response = connection.ask(request(LENGTH, "Connection: close"))
        assert response.status == 200 and response.headers["connection"] == "close"
        assert connection.is_closed_by_peer()


@pytest.mark.parametrize(
    "setting,sent,status",
    [
        ("HEADER_TIMEOUT_MS", b"POST /v1/chat/comp", 408),
        ("BODY_TIMEOUT_MS", request(LENGTH, body=BODY[:5]), 408),
        ("IDLE_TIMEOUT_MS", chat_bytes(KEY), 200),
    ],
)
def test_a_client_that_is_too_slow_is_disconnected(setting, sent, status):
    with Node(API_KEYS=keys_yaml(sk_test={}), API_KEYS_FILE="", **{setting: 200}) as node:
        with Connection(node.port) as connection:
            assert connection.ask(sent).status == status
            assert connection.is_closed_by_peer()


def test_connections_beyond_the_limit_get_503():
    settings = {"API_KEYS": keys_yaml(sk_test={}), "API_KEYS_FILE": "", "MAX_CONNECTIONS": 8, "WORKERS": 1}
    with Node(**settings) as node:
        held = [Connection(node.port) for _ in range(8)]
        assert {connection.chat(KEY).status for connection in held} == {200}
        with Connection(node.port) as one_more:
            try:
                assert one_more.ask(post_bytes(KEY, BODY)).status == 503
            except (Closed, BrokenPipeError):
                pass  # a reset may overtake the 503 while bytes are on their way
        held.pop().close()
        for connection in held:
            assert connection.chat(KEY).status == 200
            connection.close()
