"""The commands of the README work as written: its `sh` blocks run in order, servers in the background.

Two things differ from the text: ports are free ones, and the load generator runs for 3 seconds.
"""

import os
import re
import signal
import socket
import subprocess

from raw_http import get
from weir_harness import ROOT, SETTINGS, SLOWNESS, environment, eventually

README = ROOT / "README.md"
# Commands that install, clone, build all presets, or run this test suite.
SKIPPED = re.compile(r"^\s*(git clone|cd |sudo |apt|scripts/test|scripts/bench|scripts/build)")
LONG_RUNNING = re.compile(r"scripts/serve|weir serve|redis-server")
PORT = re.compile(r"(?<=[: =])(?:8\d{3}|63\d{2})(?![\w.])")


def commands():
    """The commands of all blocks, with continued lines joined, without comments and skipped commands."""
    blocks = re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [
        line.strip()
        for line in lines
        if line.strip() and not line.strip().startswith("#") and not SKIPPED.match(line)
    ]


class FreePorts:
    """A free port for every port that the README names."""

    def __init__(self):
        self._free = {}

    def of(self, written):
        if written not in self._free:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self._free[written] = str(probe.getsockname()[1])
        return self._free[written]

    def put_in(self, command):
        return PORT.sub(lambda found: self.of(found.group(0)), command)


class Background:
    """The servers that the README starts."""

    def __init__(self, env):
        self._env, self.started = env, []

    def start(self, command, port):
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command.rstrip('& ')}"],
            cwd=ROOT,
            env=self._env,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.started.append((command, process))
        is_redis = command.startswith("redis-server")
        eventually(
            lambda: self._is_up(command, process, port, is_redis), 400, f"'{command}' on port {port}"
        )

    @staticmethod
    def _is_up(command, process, port, is_redis):
        assert process.poll() is None, f"'{command}' ended with {process.returncode}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return False
        return is_redis or get(port, "/readyz").status == 200

    def stop(self):
        """Ends the last one first: nodes before the Redis that they use."""
        for command, process in reversed(self.started):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            assert process.wait(30 * SLOWNESS) == 0, f"'{command}' ended with {process.returncode}"


def foreground(command, env):
    command = re.sub(r"--duration[ =]\d+", "--duration 3", command)
    ended = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60 * SLOWNESS,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
    if command.startswith("curl"):
        assert re.search(r'HTTP/1.1 200|chat.completion|weir_|"status"', ended.stdout), ended.stdout
    if "weir load" in command:
        assert re.search(r"over-admitted: 0\b", ended.stdout), ended.stdout


def test_the_commands_of_the_readme_work_as_written():
    ports = FreePorts()
    env = environment(PORT=ports.of("8000"))
    background = Background(env)
    try:
        for command in map(ports.put_in, commands()):
            if LONG_RUNNING.search(command) and "--help" not in command:
                named = re.search(r"--port[ =](\d+)", command)
                background.start(command, int(named.group(1) if named else ports.of("8000")))
            else:
                foreground(command, env)
    finally:
        background.stop()


def test_the_readme_names_the_basics():
    all_of_them = "\n".join(commands())
    for part in ("scripts/serve", "curl", "redis-server", "weir load", "weir check"):
        assert part in all_of_them, part
    text = README.read_text()
    assert "scripts/test" in text
    assert [name for name in sorted(SETTINGS) if name not in text] == []
