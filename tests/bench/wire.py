"""Asking a server over the wire: connections that stay open, several at once, and what they saw."""

import gzip
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

TIMEOUT_SECONDS = 60
# As a browser asks for a page from one of ours.
HEAD = (
    "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n"
    "Sec-Fetch-Site: same-origin\r\nAccept-Language: ja\r\nCookie: {cookie}\r\n"
)
FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"


@dataclass(frozen=True)
class Question:
    """One request; whose session it belongs to is said by the cookie."""

    path: str
    cookie: str = ""
    form: str | None = None  # sent by POST, already encoded

    def raw(self, port: int) -> bytes:
        """As it goes over the wire."""
        method = "GET" if self.form is None else "POST"
        head = HEAD.format(method=method, path=self.path, port=port, cookie=self.cookie)
        if self.form is not None:
            head += FORM.format(length=len(self.form))
        return f"{head}\r\n{self.form or ''}".encode("ascii")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    head_bytes: int
    wire: bytes  # the body as it came

    def header(self, name: str) -> str:
        """The first header of this name (in lower case); "" when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def session(self) -> str:
        """The cookie of the session it sets, as a browser sends it back; "" when it sets none."""
        set_now = (value for key, value in self.headers if key == "set-cookie")
        return next((v.partition(";")[0] for v in set_now if v.startswith("kakehashi=")), "")

    @property
    def body(self) -> bytes:
        """The body as a browser reads it."""
        return gzip.decompress(self.wire) if self.header("content-encoding") else self.wire


class Connection:
    """One connection to a server on this machine, kept open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def ask(self, question: Question) -> Answer:
        """Send it and read the whole answer."""
        head, body = self._exchange(question)
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(": ") for line in lines]
        headers = [(name.lower(), value) for name, _colon, value in pairs]
        return Answer(int(first.split()[1]), headers, len(head) + 4, body)

    def status(self, question: Question) -> int:
        """Send it, read the whole answer, and look at its status alone."""
        head, _body = self._exchange(question)
        return int(head[9:12])

    def _exchange(self, question: Question) -> tuple[bytes, bytes]:
        self._socket.sendall(question.raw(self._port))
        found = self._rest
        while (end := found.find(b"\r\n\r\n")) < 0:
            found += self._more()
        head, body = found[:end], found[end + 4 :]
        length = _length(head)
        while len(body) < length:
            body += self._more()
        self._rest = body[length:]
        return head, body[:length]

    def _more(self) -> bytes:
        received = self._socket.recv(262_144)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received


def _length(head: bytes) -> int:
    lower = head.lower()
    place = lower.find(b"content-length:")
    if place < 0:
        raise ValueError(f"an answer of unknown length: {head!r}")
    return int(lower[place + 15 :].split(b"\r", 1)[0])


@dataclass
class Run:
    """What one stretch of asking showed."""

    seconds: float
    times: list[float]  # of each request, in seconds, sorted
    wrong: dict[int, int] = field(default_factory=dict)  # status that was not wanted → how often

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds

    def share(self, part: float) -> float:
        """Milliseconds within which this share of the answers came."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * part))] * 1000


Asking = Callable[[int], Question]  # the n-th request of all


def run(port: int, asking: Asking, *, wanted: int, clients: int, seconds: float) -> Run:
    """So many clients ask one request after the other for so long.

    :param wanted: the status every answer should have
    """
    counter, lock = iter(range(10**9)), threading.Lock()
    found: list[list[float]] = [[] for _client in range(clients)]
    wrong: dict[int, int] = {}
    start = threading.Barrier(clients + 1)

    def one(times: list[float]) -> None:
        with Connection(port) as connection:
            start.wait()
            ends = time.perf_counter() + seconds
            while (began := time.perf_counter()) < ends:
                with lock:
                    number = next(counter)
                status = connection.status(asking(number))
                times.append(time.perf_counter() - began)
                if status != wanted:
                    wrong[status] = wrong.get(status, 0) + 1

    threads = [threading.Thread(target=one, args=(times,)) for times in found]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - began
    return Run(lasted, sorted(t for times in found for t in times), wrong)
