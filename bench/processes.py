"""The processes of a measurement, each pinned to a core: nginx, redis-server, a node and wrk."""

import json
import os
import pathlib
import re
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The measured server has a core of its own. wrk and Redis share the other.
SERVER_CORE, OTHER_CORE = 0, 1
TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


def wait_until(condition, what, within=10.0):
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"scripts/bench: {what} did not happen within {within:.0f} s")
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Pinned:
    """A child process on one core. The end of the block ends it."""

    def __init__(self, core, arguments, env=None, stderr=subprocess.DEVNULL):
        self.process = subprocess.Popen(
            ["taskset", "-c", str(core), *map(str, arguments)],
            env=env,
            stderr=stderr,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu_seconds(self):
        """User and system time of the process so far, as the kernel counts it (in ticks of 10 ms)."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * TICK_SECONDS


class Nginx(Pinned):
    """`return 200` with keep-alive, one process, no log."""

    def __init__(self, folder):
        self.port = free_port()
        config = pathlib.Path(folder) / "nginx.conf"
        config.write_text(f"""
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{self.port} reuseport; location / {{ return 200 "ok"; }} }} }}
""")
        super().__init__(SERVER_CORE, ["/usr/sbin/nginx", "-p", folder, "-c", config])
        wait_until(lambda: is_listening(self.port), "nginx' start")


class RedisServer(Pinned):
    def __init__(self, folder):
        self.socket = pathlib.Path(folder) / "redis.sock"
        super().__init__(
            OTHER_CORE,
            [
                "redis-server",
                "--port",
                0,
                "--unixsocket",
                self.socket,
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                folder,
            ],
        )
        wait_until(self.socket.exists, "redis-server's start")

    def send(self, commands):
        """Runs commands, each a list of byte strings, in the bulk mode of redis-cli."""
        protocol = b"".join(
            b"*%d\r\n" % len(command) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in command)
            for command in commands
        )
        subprocess.run(
            ["redis-cli", "-s", str(self.socket), "--pipe"],
            input=protocol,
            check=True,
            stdout=subprocess.DEVNULL,
        )


class Node(Pinned):
    """A release node with one worker."""

    def __init__(self, keys, **settings):
        self.port = free_port()
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        env |= {"PORT": str(self.port), "WORKERS": "1", "API_KEYS_FILE": str(keys)}
        env |= {name: str(value) for name, value in settings.items()}
        super().__init__(SERVER_CORE, [ROOT / "build/release/weir", "serve"], env)
        wait_until(self._is_ready, "the node's readiness")

    def _is_ready(self):
        if self.process.poll() is not None:
            raise SystemExit(f"scripts/bench: weir serve ended with {self.process.returncode}")
        try:
            return self._get("/readyz") is not None
        except OSError:
            return False

    def _get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
            return response.read().decode()

    def metrics(self):
        """The sum of the series of each metric, by name."""
        sums = {}
        for name, value in re.findall(r"^(\w+)(?:\{[^}]*\})? (\S+)$", self._get("/metrics"), re.MULTILINE):
            sums[name] = sums.get(name, 0) + float(value)
        return sums


def write_keys(path, limits_by_key):
    """A key file of these keys (JSON is YAML)."""
    path.write_text(json.dumps({"keys": limits_by_key}))
    return path


def wrk(port, seconds, connections=64, keys=1, free_share=0.0):
    """One run from the other core: requests, seconds, responses other than 2xx, broken, p50 us, p99 us."""
    env = os.environ | {"WEIR_BENCH_KEYS": str(keys), "WEIR_BENCH_FREE_SHARE": str(free_share)}
    ended = subprocess.run(
        [
            "taskset",
            "-c",
            str(OTHER_CORE),
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "-s",
            str(ROOT / "bench/chat.lua"),
            f"http://127.0.0.1:{port}/",
        ],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"^weir-bench (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", ended.stdout, re.MULTILINE)
    if not found:
        raise SystemExit(f"scripts/bench: wrk said\n{ended.stdout}{ended.stderr}")
    requests, micros, refused, broken, p50, p99 = map(int, found.groups())
    return requests, micros / 1e6, refused, broken, p50, p99
