"""The README's commands work as written: its `sh` blocks run in order, in one folder, the long-running ones in the background."""

import os
import re
import signal
import socket
import subprocess

from raw_http import get
from weir_harness import ROOT, SETTINGS, SLOWNESS, environment, eventually

README = ROOT / "README.md"
# Commands that install, clone or run this very suite.
NOT_HERE = re.compile(r"^\s*(git clone|cd |sudo |apt|scripts/test|scripts/bench|scripts/build)")
LONG_RUNNING = re.compile(r"scripts/serve|weir serve|redis-server")


def blocks():
    return re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)


def commands(block):
    """The block's commands, continued lines joined, comments and what is not for here left out."""
    joined = block.replace("\\\n", " ")
    return [line for line in joined.splitlines()
            if line.strip() and not line.strip().startswith("#") and not NOT_HERE.match(line)]


def port_of(command):
    found = re.search(r"--port[ =](\d+)|PORT=(\d+)", command)
    return int(found.group(1) or found.group(2)) if found else 6379 if "redis-server" in command else 8000


def port_is_taken(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Background:
    """What the README starts and leaves running."""

    def __init__(self):
        self.started = []

    def start(self, command):
        process = subprocess.Popen(["bash", "-c", f"exec {command.rstrip('& ')}" if "=" not in command.split()[0]
                                    else f"env {command.rstrip('& ')}"], cwd=ROOT, env=environment(),
                                   start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.started.append((command, process))
        port = port_of(command)
        eventually(lambda: self._answers(process, port), 120, f"'{command}' on port {port}")

    def _answers(self, process, port):
        assert process.poll() is None, process.stderr.read()
        if not port_is_taken(port):
            return False
        return port == 6379 or get(port, "/readyz").status == 200

    def stop(self):
        for _, process in reversed(self.started):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for command, process in self.started:
            code = process.wait(30 * SLOWNESS)
            process.stderr.close()
            assert code in (0, -signal.SIGTERM), f"'{command}' ended with {code}"
        self.started = []


def foreground(command):
    """Runs it to its end; durations of the load generator are shortened, the rest is as written."""
    command = re.sub(r"--duration[ =]\d+", "--duration 3", command)
    return subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment(), capture_output=True, text=True,
                          timeout=60 * SLOWNESS, stdin=subprocess.DEVNULL)


def test_the_readmes_commands_work_as_written():
    background = Background()
    ran = []
    try:
        for block in blocks():
            for command in commands(block):
                if LONG_RUNNING.search(command) and "--help" not in command:
                    if any(port_of(other) == port_of(command) for other, _ in background.started):
                        background.stop()  # the README's next example takes the port of the one before
                    background.start(command)
                else:
                    ended = foreground(command)
                    assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
                    if command.lstrip().startswith("curl"):
                        assert re.search(r"HTTP/1.1 200|chat.completion|weir_|\"status\"", ended.stdout), ended.stdout
                ran.append(command)
    finally:
        background.stop()
    assert any("scripts/serve" in command for command in ran)
    assert any(command.lstrip().startswith("curl") for command in ran)
    assert any("weir load" in command for command in ran)


def test_the_readme_names_every_setting():
    text = README.read_text()
    assert [name for name in sorted(SETTINGS) if name not in text] == []
