"""Answers leave compressed: about a quarter of a page goes over the wire.

Why pages that hold secrets may be compressed. The attack (BREACH): another site makes somebody's
browser ask again and again for a page of ours that repeats chosen words, watches the sizes on the
wire, and learns what else stands on the page. It needs requests made by that other site, and those
are answered uncompressed: browsers say where a request comes from (`Sec-Fetch-Site`, over TLS and
on this machine), a link included. Behind TLS a browser too old to say so gets no compressed page;
without TLS whoever sees sizes sees the pages as well. Beside that the cookie of the session is
SameSite=Lax, so no other site can ask in the background, and the CSRF token of a page is signed
anew with its second: the part of it that stays the same is worth nothing without the signature.

Static files hold no secret; they are compressed once and kept in memory.
"""

import gzip
import threading

from flask import Flask, Response, current_app, request

SCRIPTS = ("text/javascript", "application/javascript")
TYPES = frozenset({"text/html", "text/css", "application/json", "image/svg+xml", *SCRIPTS})
LEAST = 1024  # bytes; anything smaller fits into one packet as it is
PAGE_LEVEL, FILE_LEVEL = 1, 9  # a page is made for one reader, a file for all
OURSELVES = frozenset({"same-origin", "none"})  # none: typed, or a bookmark


def init_app(app: Flask) -> None:
    """Install first: what is installed first looks at an answer last."""
    files = _Files()

    def compress(response: Response) -> Response:
        if response.mimetype not in TYPES:
            return response
        return files.answer(response) if request.endpoint == "static" else _page(response)

    app.after_request(compress)


def _page(response: Response) -> Response:
    if response.is_streamed or response.status_code in {204, 304} or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= LEAST and _is_taken() and _asked_by_ourselves():
        response.set_data(gzip.compress(body, PAGE_LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response


def _is_taken() -> bool:
    return request.accept_encodings["gzip"] > 0


def _asked_by_ourselves() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    return site in OURSELVES if site else not current_app.config["BEHIND_TLS"]


class _Files:
    """Static files as they go over the wire, by address; there are a few dozen."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str | None, bytes]] = {}  # with the tag of the file
        self._lock = threading.Lock()

    def answer(self, response: Response) -> Response:
        """The file compressed; its tag becomes a weak one, which is good for both forms.

        A browser that has the file asks with that tag, and Werkzeug compares tags as weak ones.
        """
        response.vary.add("Accept-Encoding")
        large = (response.content_length or 0) >= LEAST
        if not large or not _is_taken() or response.status_code not in {200, 304}:
            return response
        tag, _weak = response.get_etag()
        if response.status_code == 200:
            self._shrink(response, tag)
        if tag is not None:
            response.set_etag(tag, weak=True)
        return response

    def _shrink(self, response: Response, tag: str | None) -> None:
        response.direct_passthrough = False
        with self._lock:
            kept = self._kept.get(request.path)
            if kept is None or kept[0] != tag:
                kept = tag, gzip.compress(response.get_data(), FILE_LEVEL, mtime=0)
                self._kept[request.path] = kept
        close = getattr(response.response, "close", None)
        if close is not None:  # the file was opened and is not read
            response.call_on_close(close)
        response.set_data(kept[1])
        response.content_encoding = "gzip"
        response.headers.pop("Accept-Ranges", None)
