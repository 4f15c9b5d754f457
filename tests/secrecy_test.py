"""Promise 7: Redis, logs, metrics, errors and responses contain no API key, only its id."""

import contextlib
import hashlib
import hmac
import json
import signal
import subprocess

import pytest

from raw_http import Connection, chat, get, post
from weir_harness import Node, eventually, run_weir

KEYS = ["sk-secrecy-is-promised-to-this-key", "sk-another-key-of-the-secrecy-test"]
SECRET = "the secret of the key ids"
WRONG = "sk-a-wrong-key-with-a-typing-error"


def settings(redis_server, **more):
    keys = {"keys": {key: {"request_per_minute": 3} for key in KEYS}}
    return {"REDIS_URL": redis_server.url, "API_KEYS": json.dumps(keys), "API_KEYS_FILE": ""} | more


@contextlib.contextmanager
def monitored(redis_server):
    """Yields a file with every command that Redis receives while the block runs."""
    path = redis_server.folder / "monitor.txt"
    with open(path, "w") as out:
        monitor = subprocess.Popen(["redis-cli", "-s", str(redis_server.socket), "monitor"], stdout=out)
    try:
        eventually(lambda: "OK" in path.read_text(), what="MONITOR")
        yield path
    finally:
        monitor.kill()
        monitor.wait()


def provoke_every_response(node):
    responses = [chat(node.port, key) for key in KEYS for _ in range(5)]
    responses += [
        chat(node.port, WRONG),
        chat(node.port, KEYS[0], max_tokens=-1),
        post(node.port, KEYS[0], b"{"),
        get(node.port, "/v1/models", KEYS[0]),
        get(node.port, "/nowhere", KEYS[0]),
    ]
    with Connection(node.port) as bad:
        responses.append(bad.ask(f"POST / HTTP/1.1\r\nAuthorization: Bearer {KEYS[0]}\r\n\r\n".encode()))
    responses += [get(node.port, "/metrics"), get(node.port, "/healthz")]
    assert {response.status for response in responses} == {200, 400, 401, 404, 429}
    return repr(responses)


def test_no_key_leaves_the_process(redis_server):
    with Node(**settings(redis_server, KEY_ID_SECRET=SECRET)) as node:
        with monitored(redis_server) as commands_file:
            responses = provoke_every_response(node)
            eventually(
                lambda: commands_file.read_text().lower().count("evalsha") > 1, what="EVALSHA in MONITOR"
            )
        commands = commands_file.read_text()
        stored = repr(redis_server.client().keys("*")) + repr(redis_server.dump())
    for key in [*KEYS, WRONG, SECRET]:
        for place, text in (
            ("responses", responses),
            ("commands", commands),
            ("Redis", stored),
            ("log", node.text()),
        ):
            assert key not in text, f"{key} in {place}"
            assert key[:12] not in text, f"the beginning of {key} in {place}"


def documented_id(key, secret):
    """128 bits in hex of HMAC(secret, SHA-256(key)), or of SHA-256(key) without a secret."""
    digest = hashlib.sha256(key.encode())
    return (hmac.new(secret.encode(), digest.digest(), "sha256") if secret else digest).hexdigest()[:32]


@pytest.mark.parametrize("secret", [SECRET, ""], ids=["secret", "no secret"])
def test_names_in_redis_have_the_id_of_the_documented_formula(redis_server, secret):
    with Node(**settings(redis_server, KEY_ID_SECRET=secret)) as node:
        assert chat(node.port, KEYS[0]).status == 200
    expected = documented_id(KEYS[0], secret)
    assert redis_server.windows() == [f"weir:1:60:{{{expected[:2]}}}:{expected}".encode()]


@pytest.mark.parametrize("secret", [SECRET, ""], ids=["secret", "no secret"])
def test_check_prints_the_ids_of_the_documented_formula(redis_server, secret):
    printed = run_weir("check", **settings(redis_server, KEY_ID_SECRET=secret))
    assert printed.returncode == 0
    for key in KEYS:
        assert documented_id(key, secret) in printed.stdout and key not in printed.stdout


@pytest.mark.parametrize(
    "text",
    [
        f"keys: {{{KEYS[0]}: *{KEYS[1]}}}",
        f"keys:\n  {KEYS[0]}: {{request_per_minute: many}}\n",
        f"keys:\n  {KEYS[0]}: {{}}\n  {KEYS[0]}: {{}}\n",
        f"keys: [{KEYS[0]}\n",
        f"{KEYS[0]}: {{}}\n",
        f'keys: {{"{KEYS[0]}: 1',
    ],
)
def test_an_error_in_a_reloaded_key_file_shows_no_key(tmp_path, text):
    file = tmp_path / "keys.yaml"
    file.write_text("keys: {sk-good: {}}")
    with Node(API_KEYS_FILE=file) as node:
        file.write_text(text)
        node.signal(signal.SIGHUP)
        eventually(lambda: "policy not reloaded" in node.text(), what="the error in the log")
        pages = [get(node.port, path).body.decode() for path in ("/metrics", "/healthz")]
        shown = "".join([node.text(), *pages])
    for key in KEYS:
        assert key not in shown and key[:12] not in shown, shown


def test_every_window_has_a_time_to_live(redis_server):
    with Node(**settings(redis_server)) as node:
        for key in KEYS:
            chat(node.port, key)
    ttls = [redis_server.client().ttl(name) for name in redis_server.windows()]
    assert len(ttls) == 2 and all(60 < ttl <= 122 for ttl in ttls)
