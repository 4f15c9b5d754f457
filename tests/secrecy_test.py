"""Promise 7: no API key in Redis, a log, a metric, an error or an answer; only its id."""

import contextlib
import hashlib
import hmac
import json
import subprocess

from raw_http import Connection, chat, get, post
from weir_harness import Node, eventually

KEYS = ["sk-secrecy-is-promised-to-this-key", "sk-another-key-of-the-secrecy-test"]
SECRET = "the secret of the key ids"
WRONG = "sk-a-wrong-key-that-somebody-mistyped"


def settings(redis_server, **more):
    keys = {"keys": {key: {"request_per_minute": 3} for key in KEYS}}
    return {"REDIS_URL": redis_server.url, "API_KEYS": json.dumps(keys), "API_KEYS_FILE": ""} | more


@contextlib.contextmanager
def monitored(redis_server):
    """The file to which every command that Redis sees is written meanwhile."""
    path = redis_server.folder / "monitor.txt"
    with open(path, "w") as out:
        monitor = subprocess.Popen(["redis-cli", "-s", str(redis_server.socket), "monitor"], stdout=out)
    try:
        eventually(lambda: "OK" in path.read_text(), what="MONITOR")
        yield path
    finally:
        monitor.kill()
        monitor.wait()


def provoke_every_answer(node):
    answers = [chat(node.port, key) for key in KEYS for _ in range(5)]
    answers += [
        chat(node.port, WRONG),
        chat(node.port, KEYS[0], max_tokens=-1),
        post(node.port, KEYS[0], b"{"),
        get(node.port, "/v1/models", KEYS[0]),
        get(node.port, "/nowhere", KEYS[0]),
    ]
    with Connection(node.port) as bad:
        answers.append(bad.ask(f"POST / HTTP/1.1\r\nAuthorization: Bearer {KEYS[0]}\r\n\r\n".encode()))
    answers += [get(node.port, "/metrics"), get(node.port, "/healthz")]
    assert {answer.status for answer in answers} == {200, 400, 401, 404, 429}
    return repr(answers)


def test_no_key_leaves_the_process(redis_server):
    with Node(**settings(redis_server, KEY_ID_SECRET=SECRET)) as node:
        with monitored(redis_server) as commands_file:
            answers = provoke_every_answer(node)
            eventually(
                lambda: commands_file.read_text().lower().count("evalsha") > 1, what="EVALSHA in MONITOR"
            )
        commands = commands_file.read_text()
        stored = repr(redis_server.client().keys("*")) + repr(redis_server.dump())
    for key in [*KEYS, WRONG, SECRET]:
        for place, text in (
            ("answers", answers),
            ("commands", commands),
            ("Redis", stored),
            ("log", node.text()),
        ):
            assert key not in text, f"{key} in {place}"
            assert key[:12] not in text, f"the beginning of {key} in {place}"


def test_ids_are_the_hmac_of_the_sha_256_under_the_secret(redis_server):
    with Node(**settings(redis_server, KEY_ID_SECRET=SECRET)) as node:
        assert chat(node.port, KEYS[0]).status == 200
    digest = hmac.new(
        SECRET.encode(), hashlib.sha256(KEYS[0].encode()).digest(), hashlib.sha256
    ).hexdigest()[:32]
    assert redis_server.windows() == [f"weir:1:60:{{{digest[:2]}}}:{digest}".encode()]


def test_ids_are_sha_256_without_a_secret(redis_server):
    with Node(**settings(redis_server)) as node:
        assert chat(node.port, KEYS[0]).status == 200
    digest = hashlib.sha256(KEYS[0].encode()).hexdigest()[:32]
    assert redis_server.windows() == [f"weir:1:60:{{{digest[:2]}}}:{digest}".encode()]


def test_every_window_has_a_time_to_live(redis_server):
    with Node(**settings(redis_server)) as node:
        for key in KEYS:
            chat(node.port, key)
    ttls = [redis_server.client().ttl(name) for name in redis_server.windows()]
    assert len(ttls) == 2 and all(60 < ttl <= 122 for ttl in ttls)
