"""Measures the delay of small requests beside large ones.

A probe sends thousands of small requests while streams of large bodies never pause.

As a program it prints the table of docs/tokens.md:
`WEIR_BINARY=... python tests/beside_large.py [seconds a row] [streams]`.
"""

import contextlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time

from raw_http import Closed, Connection, chat_bytes, post_bytes
from weir_harness import Node, keys_yaml

KEYS = keys_yaml(
    sk_small={"request_per_minute": 1_000_000_000}, sk_large={"request_per_minute": 1_000_000_000}
)
PROSE = "The weir lets through what the river below can carry. "


def filled(piece, size):
    return piece * (size // len(piece) + 1)


def chat_json(messages, **fields):
    return json.dumps(
        {"model": "gpt-4o", "max_tokens": 1, "messages": messages, **fields},
        separators=(",", ":"),
        ensure_ascii=False,
    )


def user(content):
    return {"role": "user", "content": content}


def body_of(kind, size):
    """A chat request of about `size` bytes."""
    text = {
        "prose": lambda: chat_json([user(filled(PROSE, size))]),
        "escapes": lambda: chat_json([user("?")]).replace("?", filled(r"\u4f60\u597d\uff0c\u4e16", size)),
        "tiny messages": lambda: chat_json([user("a")] * (size // 30)),
        "numbers in an unknown field": lambda: chat_json([user("a")], x=[1] * (size // 2)),
        "a picture": lambda: chat_json(
            [
                user(
                    [
                        {
                            "type": "image_url",
                            "image_url": {
                                "url": "data:image/png;base64," + filled("iVBORw0KGgoAAAANSUhEUg", size)
                            },
                        }
                    ]
                )
            ]
        ),
    }[kind]()
    return text.encode()


KINDS = ["prose", "escapes", "tiny messages", "numbers in an unknown field", "a picture"]


def send_for_ever(port, request, statuses):
    with Connection(port, timeout=60) as connection:
        while True:
            statuses.append(connection.ask(request).status)


def stream(port, body, streams, begun, answered):
    """Runs in a process of its own, so that it shares no interpreter lock with the probe."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    statuses, request = [], post_bytes("sk-large", body)
    threads = [
        threading.Thread(target=send_for_ever, args=(port, request, statuses), daemon=True)
        for _ in range(streams)
    ]
    for thread in threads:
        thread.start()
    while all(thread.is_alive() for thread in threads):
        time.sleep(0.02)
        assert set(statuses) <= {200}, set(statuses)
        answered.value = len(statuses)
        if statuses:
            begun.set()


@contextlib.contextmanager
def streaming(port, body, streams):
    """Sends large requests on `streams` connections while the block runs. Yields the count of responses."""
    begun, answered = multiprocessing.Event(), multiprocessing.Value("q", 0)
    process = multiprocessing.Process(
        target=stream, args=(port, body, streams, begun, answered), daemon=True
    )
    process.start()
    try:
        assert begun.wait(60), "no large request was answered"
        yield answered
        assert process.is_alive(), "a stream of large requests ended"
    finally:
        process.terminate()
        process.join()


def waits_ms(port, seconds, pause=0.001):
    """Sends small requests one after the other for `seconds`. Returns their sorted durations."""
    request, waits = chat_bytes("sk-small"), []
    end = time.monotonic() + seconds
    with Connection(port) as connection:
        while time.monotonic() < end:
            before = time.perf_counter()
            assert connection.ask(request).status == 200
            waits.append(1000 * (time.perf_counter() - before))
            time.sleep(pause)
    return sorted(waits)


def share(waits, of):
    return waits[min(len(waits) - 1, int(of * len(waits)))]


def prefer_the_probe():
    """Lets the probe wait less for a processor. It needs root; otherwise the scheduler is measured too."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def row(name, waits, large=0.0):
    return (
        f"| {name} | {large:,.0f} | {share(waits, 0.5):.2f} | {share(waits, 0.99):.2f} "
        f"| {share(waits, 0.999):.2f} "
        f"| {waits[-1]:.2f} | {len(waits):,} |"
    )


def table(seconds, streams, size=1_000_000, kinds=KINDS, **settings):
    title = f"beside {streams} streams of {size:,} bytes"
    yield f"| {title} | large a second | p50, ms | p99 | p99.9 | max | small |"
    yield "|---|---|---|---|---|---|---|"
    for kind in [None, *kinds]:
        with Node(**{"API_KEYS": KEYS, "API_KEYS_FILE": "", "WORKERS": 1} | settings) as node:
            prefer_the_probe()
            waits_ms(node.port, 0.2)
            if kind is None:
                yield row("nothing", waits_ms(node.port, seconds))
                continue
            with streaming(node.port, body_of(kind, size), streams) as answered:
                first = answered.value
                waits = waits_ms(node.port, seconds)
                yield row(kind, waits, (answered.value - first) / seconds)


if __name__ == "__main__":
    arguments = [float(a) for a in sys.argv[1:]] + [4.0, 4, 1_000_000][len(sys.argv) - 1 :]
    for line in table(arguments[0], int(arguments[1]), int(arguments[2])):
        print(line, flush=True)
