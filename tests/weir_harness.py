"""Real processes for tests: nodes on free ports, a redis-server, and waiting for conditions."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import redis

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("WEIR_BINARY", str(ROOT / "build" / "dev" / "weir"))
# The server that tests start. valkey-server works too.
REDIS_SERVER = os.environ.get("WEIR_REDIS_SERVER", "redis-server")
# Deadlines of the tests are multiplied by this, because sanitizers are slow. Promises of the product are not.
SLOWNESS = float(os.environ.get("WEIR_SLOWNESS", "1"))

# The settings that the nodes of tests must not inherit from the shell.
SETTINGS = {
    "REDIS_URL",
    "API_KEYS_FILE",
    "API_KEYS",
    "WINDOW_SECONDS",
    "NODE_ID",
    "BYPASS_LIMITER",
    "HOST",
    "PORT",
    "WORKERS",
    "DEFAULT_ENCODING",
    "DEFAULT_OUTPUT_TOKENS",
    "MAX_BODY_BYTES",
    "MAX_CONNECTIONS",
    "STORE_DEADLINE_MS",
    "SHUTDOWN_SECONDS",
    "KEY_ID_SECRET",
    "MOCK_COMPLETION_TOKENS",
    "MOCK_DELAY_MS",
    "HEADER_TIMEOUT_MS",
    "BODY_TIMEOUT_MS",
    "IDLE_TIMEOUT_MS",
    "WRITE_TIMEOUT_MS",
}


def eventually(condition, within=10.0, what="the condition"):
    """Returns the first true value of `condition()`. Fails after `within` seconds, later under sanitizers."""
    deadline = time.monotonic() + within * SLOWNESS
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come true within {within * SLOWNESS:.0f} s"
        time.sleep(0.005)


def environment(**settings):
    """The environment of the shell without the settings of weir, plus these settings."""
    clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return clean | {name: str(value) for name, value in settings.items()}


def run_weir(*arguments, timeout=20.0, **settings):
    """Runs the binary to its end: returncode, stdout, stderr as text."""
    return subprocess.run(
        [BINARY, *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=timeout * SLOWNESS,
        cwd=tempfile.gettempdir(),
        stdin=subprocess.DEVNULL,
    )


def keys_yaml(**limits):
    """API_KEYS for `sk_a={"request_per_minute": 3}, …`: an underscore in a name stands for a dash."""
    return json.dumps({"keys": {name.replace("_", "-"): fields for name, fields in limits.items()}})


class Process:
    """A child process. Its stderr is collected line by line. The end of the block kills it."""

    def __init__(self, arguments, env):
        self.lines = []
        self._process = subprocess.Popen(
            arguments,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            cwd=tempfile.gettempdir(),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stderr:
            self.lines.append(line.rstrip("\n"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def pid(self):
        return self._process.pid

    def running(self):
        return self._process.poll() is None

    def text(self):
        return "\n".join(self.lines)

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, within=15.0):
        """Waits for the end and returns the exit code. All of stderr is in `lines` then."""
        code = self._process.wait(within * SLOWNESS)
        self._reader.join(within)
        return code

    def kill(self):
        if self.running():
            self._process.kill()
        self.wait()

    def status_kb(self, field):
        """A number of /proc/<pid>/status such as VmRSS, in KiB."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+)", text, re.MULTILINE).group(1))


class Node(Process):
    """A `weir serve` on a free port, stopped at the end of the block with the expected exit code 0.

    Settings are environment variables. `prefix` is a command that starts it, such as nohup."""

    def __init__(self, *flags, ready=True, prefix=(), **settings):
        settings = {"PORT": 0, "WORKERS": 2} | settings
        super().__init__([*prefix, BINARY, "serve", *flags], environment(**settings))
        self.shutdown_seconds = float(settings.get("SHUTDOWN_SECONDS", 10))
        try:
            self.port = eventually(self._port, what=f"the start line of {flags}")
            if ready:
                self.wait_ready()
        except BaseException:
            self.kill()
            raise

    def _port(self):
        assert self.running() or self.wait() is None, f"weir serve ended:\n{self.text()}"
        for line in self.lines:
            found = re.search(r"listen.*?127\.0\.0\.1:(\d+)", line)
            if found:
                return int(found.group(1))
        return None

    def wait_ready(self, within=10.0):
        from raw_http import get

        eventually(lambda: get(self.port, "/readyz").status == 200, within, f"readyz of {self.port}")
        return self

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def events(self):
        """The lines of the log as dictionaries. They are JSON because stderr is not a terminal here."""
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    def stop(self):
        """Sends SIGTERM and returns the exit code."""
        if self.running():
            self.signal(signal.SIGTERM)
        return self.wait(self.shutdown_seconds + 5)

    def __exit__(self, kind, *_):
        if kind is not None:
            self.kill()
            print(f"--- stderr of the node on {getattr(self, 'port', '?')}:\n{self.text()[-4000:]}")
            return
        was_running = self.running()
        code = self.stop()
        assert (
            not was_running or code == 0
        ), f"the node on {self.port} ended with {code}:\n{self.text()[-4000:]}"


class RedisServer:
    """A redis-server on a Unix socket, for one test, which can stop, start, freeze and thaw it."""

    def __init__(self, *arguments):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-redis-"))
        self.socket = self.folder / "redis.sock"
        self._arguments = arguments
        self._process = None
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self):
        return f"unix://{self.socket}?db=0"

    @property
    def pid(self):
        return self._process.pid

    def client(self):
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=10)

    def start(self):
        log = open(self.folder / "redis.log", "ab")
        self._process = subprocess.Popen(
            [
                REDIS_SERVER,
                "--port",
                "0",
                "--unixsocket",
                str(self.socket),
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                str(self.folder),
                *self._arguments,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        eventually(self._is_up, what="the start of redis-server")

    def _is_up(self):
        try:
            return self.client().ping()
        except redis.RedisError:
            return False

    def stop(self):
        if self._process.poll() is None:
            self._process.kill()  # also ends a stopped process
        self._process.wait()
        self.socket.unlink(missing_ok=True)

    def freeze(self):
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def windows(self):
        """The names of all windows."""
        return sorted(self.client().keys("weir:1:*"))

    def dump(self):
        """The bytes of every window by name, as DUMP returns them."""
        client = self.client()
        return {name: client.dump(name) for name in self.windows()}

    def total(self):
        """(requests, input tokens, output tokens) in the bytes of the only window."""
        client = self.client()
        (name,) = self.windows()
        return tuple(int.from_bytes(client.getrange(name, at, at + 3), "little") for at in (8, 12, 16))
