"""The command line: help, check, typos, wrong files, a port in use. Errors go to stderr."""

import json
import re

import pytest

from raw_http import chat
from weir_harness import SETTINGS, Node, eventually, keys_yaml, run_weir

GOOD = """keys:
  sk-test-of-command-lines-1:
    {request_per_minute: 120, input_tokens_per_minute: 20000, output_tokens_per_minute: 10000}
  sk-short: {request_per_minute: 0}
"""


@pytest.fixture
def key_file(tmp_path):
    def write(text, name="api_keys.yaml"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_check_prints_the_values_in_force_with_masked_keys(key_file):
    ended = run_weir("check", "--api-keys-file", str(key_file(GOOD)), "--port", "9123")
    assert ended.returncode == 0, ended.stderr
    for part in ("sk-", "es-1", "120", "20000", "10000", "9123"):
        assert part in ended.stdout
    assert "sk-test-of-command-lines-1" not in ended.stdout + ended.stderr
    assert "sk-short" not in ended.stdout + ended.stderr


def test_check_names_the_window_when_it_is_not_a_minute(key_file):
    ended = run_weir("check", API_KEYS_FILE=key_file(GOOD), WINDOW_SECONDS=10)
    assert ended.returncode == 0 and "per 10 s" in ended.stdout


def test_serve_logs_a_window_other_than_a_minute_and_limits_of_this_node_alone(key_file):
    with Node(API_KEYS_FILE=key_file(GOOD), WINDOW_SECONDS=10) as node:
        assert "10 s" in node.text() and re.search(r"this node", node.text())


def test_check_hides_secrets(key_file):
    ended = run_weir(
        "check",
        API_KEYS_FILE=key_file(GOOD),
        KEY_ID_SECRET="a-secret-of-the-test",
        REDIS_URL="redis://user:a-password-of-the-test@localhost:6379/0",
    )
    assert ended.returncode == 0, ended.stderr
    assert "a-secret-of-the-test" not in ended.stdout + ended.stderr
    assert "a-password-of-the-test" not in ended.stdout + ended.stderr and "localhost" in ended.stdout


# The file, line and column of the error, words in the message.
WRONG_FILES = [
    ("keys:\n  sk-a: {request_per_minut: 1}\n", "2:10", ["request_per_minut", "request_per_minute"]),
    ("keys:\n  sk-a: {request_per_minute: 1}\n  sk-a: {request_per_minute: 2}\n", "3:3", []),
    ("keys:\n  sk-a: {request_per_minute: 1, request_per_minute: 2}\n", "2:33", ["request_per_minute"]),
    ("keys:\n  sk-a: {request_per_minute: -1}\n", "2:30", ["request_per_minute", "-1"]),
    ("keys:\n  sk-a: {request_per_minute: 1.5}\n", "2:30", ["request_per_minute", "1.5"]),
    ("keys:\n  sk-a: {request_per_minute: many}\n", "2:30", ["request_per_minute", "many"]),
    ("keys:\n  sk-a: {request_per_minute: 4294967295}\n", "2:30", ["request_per_minute", "4294967294"]),
    ("keys:\n  '': {request_per_minute: 1}\n", "2:3", []),
    ("keys: [sk-a]\n", "1:7", ["keys"]),
    ("kees: {}\n", "1:1", ["keys"]),
    ("keys:\n  sk-a: 5\n", "2:9", []),
    ("keys: {sk-a: {request_per_minute: 1}\n", "2:", []),
    ("", "", ["keys"]),
]


@pytest.mark.parametrize("text,place,named", WRONG_FILES, ids=[str(i) for i in range(len(WRONG_FILES))])
@pytest.mark.parametrize("command", ["serve", "check"])
def test_an_error_in_the_key_file_names_the_position_and_the_remedy(key_file, command, text, place, named):
    path = key_file(text)
    ended = run_weir(command, API_KEYS_FILE=path, PORT=0)
    assert ended.returncode == 78, (ended.returncode, ended.stderr)
    assert ended.stdout == ""
    assert f"{path}:{place}" in ended.stderr, ended.stderr
    for word in named:
        assert word in ended.stderr
    assert "terminate" not in ended.stderr


@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_missing_key_file_is_named(command, tmp_path):
    ended = run_weir(command, "--api-keys-file", str(tmp_path / "nowhere.yaml"), "--port", "0")
    assert ended.returncode == 78 and str(tmp_path / "nowhere.yaml") in ended.stderr


def test_a_folder_as_key_file_is_named(tmp_path):
    ended = run_weir("check", API_KEYS_FILE=tmp_path)
    assert ended.returncode == 78 and str(tmp_path) in ended.stderr


def test_help_of_serve_shows_every_setting_with_its_variable():
    ended = run_weir("serve", "--help")
    assert ended.returncode == 0 and ended.stderr == ""
    for name in SETTINGS:
        assert name in ended.stdout, name
    for default in ("60", "512", "250", "127.0.0.1", "api_keys.yaml", "8000"):
        assert default in ended.stdout


def test_help_of_the_program_and_of_every_command():
    whole = run_weir("--help")
    assert whole.returncode == 0
    for command in ("serve", "load", "check"):
        assert command in whole.stdout
        ended = run_weir(command, "--help")
        assert ended.returncode == 0 and ended.stdout, command


@pytest.mark.parametrize(
    "arguments,named",
    [
        (["sevre"], "serve"),
        (["serve", "--prot", "9"], "--port"),
        (["load", "--noodes", "x"], "--nodes"),
        ([], "serve"),
    ],
)
def test_a_typo_gets_a_suggestion(arguments, named):
    ended = run_weir(*arguments)
    assert ended.returncode == 2 and named in ended.stderr, (ended.returncode, ended.stderr)
    assert ended.stdout == ""


@pytest.mark.parametrize(
    "name,value",
    [
        ("WINDOW_SECONDS", "0"),
        ("WINDOW_SECONDS", "3601"),
        ("WINDOW_SECONDS", "ten"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("BYPASS_LIMITER", "perhaps"),
        ("STORE_DEADLINE_MS", "0"),
        ("WORKERS", "-2"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "redis://localhost:notaport/0"),
        ("MAX_BODY_BYTES", "1e9999"),
    ],
)
def test_an_invalid_variable_is_named(key_file, name, value):
    ended = run_weir("check", **{"API_KEYS_FILE": key_file(GOOD), name: value})
    assert ended.returncode in (2, 78), ended.returncode
    flag = "--" + name.lower().replace("_", "-")
    assert name in ended.stderr or flag in ended.stderr, ended.stderr


def test_flags_win_over_variables(key_file):
    ended = run_weir("check", "--window-seconds", "7", API_KEYS_FILE=key_file(GOOD), WINDOW_SECONDS=9)
    assert ended.returncode == 0 and "per 7 s" in ended.stdout


def test_a_port_in_use_is_an_error_that_names_it(key_file):
    with Node(API_KEYS=keys_yaml(sk_test={}), API_KEYS_FILE="") as first:
        ended = run_weir("serve", API_KEYS_FILE=key_file(GOOD), PORT=first.port)
        assert (
            ended.returncode == 1 and str(first.port) in ended.stderr and "in use" in ended.stderr
        ), ended.stderr
        assert chat(first.port, "sk-test").status == 200


def test_an_address_of_another_host_is_an_error_that_names_it(key_file):
    ended = run_weir("serve", API_KEYS_FILE=key_file(GOOD), PORT=0, HOST="203.0.113.9")
    assert ended.returncode == 1 and "203.0.113.9" in ended.stderr


def test_logs_are_json_lines_where_stderr_is_no_terminal(key_file):
    with Node(API_KEYS_FILE=key_file(GOOD)) as node:
        pass
    assert node.lines
    for line in node.lines:
        event = json.loads(line)
        assert {"time", "level", "event"} <= set(event)


def test_no_access_log_by_default(key_file):
    with Node(API_KEYS=keys_yaml(sk_test={}), API_KEYS_FILE="") as node:
        count = eventually(lambda: len(node.lines))
        for _ in range(20):
            chat(node.port, "sk-test")
        assert len(node.lines) - count < 3


def test_guessable_keys_without_a_secret_cause_a_warning():
    weak = {"API_KEYS": keys_yaml(sk_test={}), "API_KEYS_FILE": ""}
    with Node(**weak) as node:
        assert "KEY_ID_SECRET" in node.text()
    with Node(KEY_ID_SECRET="thirty-two bytes of a good secret", **weak) as node:
        pass
    assert "KEY_ID_SECRET" not in node.text()
