"""Measures the cost of a request: the node without limiter, with the embedded store and with Redis, beside
nginx's `return 200`, in one run.

CPU microseconds a request are user and system time of the process (/proc/<pid>/stat) over wrk's count of
responses. The server under test has core 0 for itself; wrk and Redis share core 1. A request is a POST of 330
bytes on one of 64 connections; weir responds with about 1.1 KB, half of it headers. The speed of a
shared machine varies, so nginx is measured before and after every row, and a row's ratio is to their mean.
"""

import argparse
import contextlib
import dataclasses
import hashlib
import os
import pathlib
import struct
import sys
import tempfile
import time

from processes import Nginx, Node, RedisServer, wrk, write_keys

WIDE = {
    "request_per_minute": 4_000_000_000,
    "input_tokens_per_minute": 4_000_000_000,
    "output_tokens_per_minute": 4_000_000_000,
}
FREE_KEY = "sk-bench-of-weir-without-limit"
REJECTED_SHARE = 0.95


@dataclasses.dataclass
class Row:
    what: str
    per_second: float
    server_us: float
    nginx_us: float
    p50_us: int
    p99_us: int
    redis_us: float | None = None
    batch: float | None = None
    rejected: float = 0.0


def key_name(i):
    return f"sk-bench-of-weir-{i:06d}"


def measure(what, server, seconds, redis=None, keys=1, free_share=0.0):
    """Warms up for a second, then measures."""
    port = server.port
    wrk(port, 1, keys=keys, free_share=free_share)
    before = (server.cpu_seconds(), redis.cpu_seconds() if redis else 0)
    metrics_before = server.metrics() if isinstance(server, Node) else {}
    requests, elapsed, refused, broken, p50, p99 = wrk(port, seconds, keys=keys, free_share=free_share)
    after = (server.cpu_seconds(), redis.cpu_seconds() if redis else 0)
    if broken:
        raise SystemExit(f"scripts/bench: {what}: {broken} requests got no response")
    row = Row(
        what,
        requests / elapsed,
        (after[0] - before[0]) / requests * 1e6,
        0,
        p50,
        p99,
        rejected=refused / requests,
    )
    if redis:
        row.redis_us = (after[1] - before[1]) / requests * 1e6
        row.batch = mean_batch(metrics_before, server.metrics())
    return row


def mean_batch(before, after):
    """Operations (takes and settles) a call to Redis."""
    name = "weir_store_batch_operations"
    calls = after[name + "_count"] - before.get(name + "_count", 0)
    return (after[name + "_sum"] - before.get(name + "_sum", 0)) / calls if calls else 0.0


def full_window(second, window_seconds, each_second):
    """The bytes of a window (docs/redis-layout.md) whose W+1 seconds hold `each_second` requests each."""
    bucket = struct.pack("<3I", each_second, 80 * each_second, 16 * each_second)
    buckets = window_seconds + 1
    total = struct.pack("<3I", *(n * buckets for n in (each_second, 80 * each_second, 16 * each_second)))
    return struct.pack("<2I", 1, second) + total + bucket + bucket * buckets


def fill_windows(redis, keys, window_seconds, each_second):
    second = int(time.time())
    commands = []
    for i in range(keys):
        identity = hashlib.sha256(key_name(i).encode()).hexdigest()[:32]
        name = f"weir:1:{window_seconds}:{{{identity[:2]}}}:{identity}".encode()
        commands.append(
            [
                b"SET",
                name,
                full_window(second, window_seconds, each_second),
                b"EX",
                str(2 * window_seconds + 2).encode(),
            ]
        )
    redis.send(commands)


class Bench:
    def __init__(self, folder, nginx, seconds, progress):
        self.folder, self.nginx, self.seconds, self.progress = (
            pathlib.Path(folder),
            nginx,
            seconds,
            progress,
        )
        self.rows = []
        self.beside = [measure("nginx `return 200`", nginx, min(2, seconds))]

    def add(self, row):
        """Adds a row and its nginx figure, the mean of the measurements right before and right after it."""
        again = measure("nginx `return 200`", self.nginx, min(2, self.seconds))
        row.nginx_us = (self.beside[-1].server_us + again.server_us) / 2
        self.beside.append(again)
        self.rows.append(row)
        self.progress(row)
        return row

    def node(self, what, keys=1, limits=None, free_share=0.0, **settings):
        file = write_keys(
            self.folder / "keys.yaml", {key_name(i): limits or WIDE for i in range(keys)} | {FREE_KEY: {}}
        )
        with Node(file, **settings) as server:
            return self.add(measure(what, server, self.seconds, keys=keys, free_share=free_share))

    def on_redis(self, what, keys, window_seconds=60, rejecting_rate=None):
        """With a `rejecting_rate` (requests a second), windows start full and free 5 % of it each second."""
        limits, folder = WIDE, tempfile.mkdtemp(dir=self.folder)
        each_second = 0
        if rejecting_rate:
            each_second = max(1, round(rejecting_rate * (1 - REJECTED_SHARE) / keys))
            limits = WIDE | {"request_per_minute": each_second * (window_seconds + 1)}
        file = write_keys(
            self.folder / "keys.yaml", {key_name(i): limits for i in range(keys)} | {FREE_KEY: {}}
        )
        with RedisServer(folder) as redis:
            if rejecting_rate:
                fill_windows(redis, keys, window_seconds, each_second)
            with Node(file, REDIS_URL=f"unix://{redis.socket}", WINDOW_SECONDS=window_seconds) as server:
                return self.add(measure(what, server, self.seconds, redis, keys))

    def run(self):
        self.node("bypass", BYPASS_LIMITER=1)
        self.node("embedded store")
        one = self.on_redis("Redis, 1 key", 1)
        many = self.on_redis("Redis, 1,000 keys", 1000)
        for window in (60, 3600):
            # Embedded windows cannot be filled from outside. So the key is exhausted once, and 5 % of the
            # requests use another key.
            self.node(
                f"embedded store, 95 % rejected, W = {window}",
                WINDOW_SECONDS=window,
                free_share=1 - REJECTED_SHARE,
                limits=WIDE | {"request_per_minute": 1000},
            )
            self.on_redis(f"Redis, 1 key, 95 % rejected, W = {window}", 1, window, one.per_second)
            self.on_redis(f"Redis, 1,000 keys, 95 % rejected, W = {window}", 1000, window, many.per_second)

    def nginx_row(self):
        """The median of all runs of nginx."""
        middle = sorted(self.beside, key=lambda row: row.server_us)[len(self.beside) // 2]
        return dataclasses.replace(middle, nginx_us=middle.server_us)


def markdown(rows):
    lines = [
        "| what | requests/s | CPU µs a request | nginx CPU µs beside it | × nginx | Redis CPU µs a request "
        "| mean batch | rejected | p50 / p99 ms |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        redis = f"{row.redis_us:.2f}" if row.redis_us is not None else ""
        batch = f"{row.batch:.0f}" if row.batch is not None else ""
        rejected = f"{row.rejected:.0%}" if row.rejected else ""
        lines.append(
            f"| {row.what} | {row.per_second:,.0f} | {row.server_us:.2f} | {row.nginx_us:.2f} "
            f"| {row.server_us / row.nginx_us:.2f} | {redis} "
            f"| {batch} | {rejected} | {row.p50_us / 1000:.2f} / {row.p99_us / 1000:.2f} |"
        )
    return "\n".join(lines) + "\n"


def show(row):
    more = f" = {row.server_us / row.nginx_us:.2f} x nginx"
    more += (
        f", Redis {row.redis_us:5.2f} us, mean batch {row.batch:5.1f}" if row.redis_us is not None else ""
    )
    more += f", {row.rejected:.1%} rejected" if row.rejected else ""
    print(
        f"{row.what:44} {row.per_second:9,.0f} requests/s {row.server_us:6.2f} us{more}",
        file=sys.stderr,
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seconds", type=int, default=5, help="of each measurement, after a second of warming up (5)"
    )
    parser.add_argument("--markdown", metavar="FILE", help="also write the table to this file")
    options = parser.parse_args()
    if (os.cpu_count() or 1) < 2:
        raise SystemExit("scripts/bench: two cores are required: one for the server, one for wrk and Redis")
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder, Nginx(folder) as nginx:
        bench = Bench(folder, nginx, options.seconds, show)
        bench.run()
        table = markdown([bench.nginx_row(), *bench.rows])
    print(table)
    if options.markdown:
        pathlib.Path(options.markdown).write_text(table)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
