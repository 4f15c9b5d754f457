"""The responses that clients received, and a simple audit of them that trusts no node."""

import dataclasses
import random
import threading
import time

from raw_http import Closed, Connection, chat_bytes

METRICS = ("requests", "input_tokens", "output_tokens")


@dataclasses.dataclass
class Seen:
    """One request: the times of sending and receiving by our clock, and the parts of its response."""

    key: str
    sent: float
    received: float
    status: int  # 0: there was no response
    admitted_second: int = 0
    usage: tuple = (0, 0, 0)  # requests, input tokens, output tokens
    retry_after_ms: int | None = None


def see(key, sent, response):
    seen = Seen(key, sent, time.monotonic(), response.status if response else 0)
    if response and response.status == 200:
        seen.admitted_second = int(response.headers["weir-admitted-second"])
        usage = response.json()["usage"]
        seen.usage = (1, usage["prompt_tokens"], usage["completion_tokens"])
    elif response and response.status == 429 and "retry-after-ms" in response.headers:
        seen.retry_after_ms = response.retry_after_ms
    return seen


def largest_by_own_clock(seen, window_seconds, metric):
    """The largest usage of requests that were sent and answered within some W consecutive seconds.

    A request sent at s and answered at r was admitted in [s, r]. If all s and r lie within W seconds, so do
    their admissions. The worst window begins at some request's sending."""
    worst = 0
    admitted = [one for one in seen if one.status == 200]
    for first in admitted:
        inside = sum(
            one.usage[metric]
            for one in admitted
            if one.sent >= first.sent and one.received <= first.sent + window_seconds
        )
        worst = max(worst, inside)
    return worst


def largest_by_second(seen, window_seconds, metric):
    """The largest usage of W+1 consecutive seconds of the store's clock, which the responses name."""
    by_second = {}
    for one in seen:
        if one.status == 200:
            by_second[one.admitted_second] = by_second.get(one.admitted_second, 0) + one.usage[metric]
    return max(
        (sum(by_second.get(first + i, 0) for i in range(window_seconds + 1)) for first in by_second),
        default=0,
    )


def assert_within(seen, key, window_seconds, limits):
    """Neither view of this key exceeds `limits` (requests, input and output tokens; None is unlimited)."""
    own = [one for one in seen if one.key == key]
    for metric, limit in enumerate(limits):
        if limit is None:
            continue
        for view in (largest_by_own_clock, largest_by_second):
            largest = view(own, window_seconds, metric)
            assert (
                largest <= limit
            ), f"{view.__name__}: {largest} {METRICS[metric]} within {window_seconds} s, limit {limit}"


class Load:
    """Threads that send requests to random nodes, one at a time each, until stop(). Results are in `seen`."""

    def __init__(self, ports, keys, threads=8, seed=1, max_tokens=(1, 8), pause=0.0):
        self.seen = []
        self._ports, self._keys, self._max_tokens, self._pause = ports, keys, max_tokens, pause
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(random.Random(seed * 1000 + i),), daemon=True)
            for i in range(threads)
        ]

    def __enter__(self):
        self.begun = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return self.seen

    def seconds(self):
        return time.monotonic() - self.begun

    def count(self, status, since=0.0):
        return sum(1 for one in list(self.seen) if one.status == status and one.sent >= since)

    def _run(self, chance):
        connections = {}
        while not self._stop.wait(self._pause * chance.random()):
            port, key = chance.choice(self._ports), chance.choice(self._keys)
            sent = time.monotonic()
            self.seen.append(see(key, sent, self._ask(connections, port, key, chance)))
        for connection in connections.values():
            connection.close()

    def _ask(self, connections, port, key, chance):
        words = " ".join(["word"] * chance.randint(1, 40))
        try:
            if port not in connections:
                connections[port] = Connection(port)
            return connections[port].ask(
                chat_bytes(key, content=words, max_tokens=chance.randint(*self._max_tokens))
            )
        except (OSError, Closed):
            connections.pop(port, None)
            return None
