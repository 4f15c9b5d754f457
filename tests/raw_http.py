"""HTTP/1.1 over a raw socket, so that tests can send and see bytes that client libraries hide."""

import dataclasses
import json
import socket

from weir_harness import SLOWNESS

MODEL = "gpt-4o-mini"


class Closed(Exception):
    """The peer closed the connection before the end of a response."""


@dataclasses.dataclass
class Response:
    status: int
    headers: dict  # lower-case names; the last value of a repeated header
    body: bytes

    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json()["error"]

    @property
    def retry_after_ms(self):
        return int(self.headers["retry-after-ms"])


class Connection:
    """One keep-alive connection. Bytes may be sent in pieces; responses are read one at a time."""

    def __init__(self, port, timeout=10.0):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout * SLOWNESS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)
        return self

    def response(self, head_only=False):
        """Reads one response. Raises Closed if the peer closes first, TimeoutError if nothing arrives."""
        while b"\r\n\r\n" not in self._rest:
            self._more()
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.strip().lower()] = value.strip()
        status = int(lines[0].split(" ")[1])
        if status == 100:
            return Response(status, headers, b"")
        size = 0 if head_only else int(headers["content-length"])
        while len(self._rest) < size:
            self._more()
        body, self._rest = self._rest[:size], self._rest[size:]
        return Response(status, headers, body)

    def _more(self):
        try:
            chunk = self.socket.recv(65536)
        except ConnectionResetError as error:
            raise Closed("reset") from error
        if not chunk:
            raise Closed(f"closed after {self._rest!r}")
        self._rest += chunk

    def is_closed_by_peer(self):
        """Waits for bytes or the end. True if the peer has closed."""
        try:
            self._more()
            return False
        except Closed:
            return True

    def ask(self, data):
        return self.send(data).response()

    def chat(self, key, **fields):
        return self.ask(chat_bytes(key, **fields))


def chat_body(content="Hello!", max_tokens=4, **fields):
    body = {"model": MODEL, "messages": [{"role": "user", "content": content}]}
    if max_tokens is not None:
        body["max_tokens"] = max_tokens
    return json.dumps(body | fields).encode()


def post_bytes(key, body, content_type="application/json", path="/v1/chat/completions", further=()):
    """A whole POST. A key or content type of None leaves its header out."""
    lines = [f"POST {path} HTTP/1.1", "Host: weir", f"Content-Length: {len(body)}", *further]
    if key is not None:
        lines.append(f"Authorization: Bearer {key}")
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chat_bytes(key, **fields):
    return post_bytes(key, chat_body(**fields))


def head_bytes(method, path, key=None):
    line = f"Authorization: Bearer {key}\r\n" if key else ""
    return f"{method} {path} HTTP/1.1\r\nHost: weir\r\n{line}\r\n".encode()


def chat(port, key, **fields):
    with Connection(port) as connection:
        return connection.chat(key, **fields)


def post(port, key, body, **how):
    with Connection(port) as connection:
        return connection.ask(post_bytes(key, body, **how))


def get(port, path, key=None, method="GET"):
    with Connection(port) as connection:
        return connection.send(head_bytes(method, path, key)).response(head_only=method == "HEAD")
