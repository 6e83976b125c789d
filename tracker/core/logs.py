"""Log lines: JSON, an event name, ids; never what somebody typed, no query string of a search."""

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from tracker.core.audit import REQUEST_ID


def init_app(app: Flask) -> None:
    """Every line of the process becomes one JSON object on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _add_request_id,
            ],
        )
    )
    root = logging.getLogger()
    if not app.testing and not any(getattr(h, "kakehashi", False) for h in root.handlers):
        handler.kakehashi = True  # type: ignore[attr-defined]
        root.handlers = [handler]
        root.setLevel(logging.INFO)
    app.before_request(_start_clock)
    app.after_request(_note_answer)


def _add_request_id(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    event["request_id"] = REQUEST_ID.get()
    return event


def _start_clock() -> None:
    g.started = time.perf_counter()


def _note_answer(response: Response) -> Response:
    if request.endpoint != "static":
        logging.getLogger("tracker.request").info(
            "request",
            extra={
                "endpoint": request.endpoint,
                "method": request.method,
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - g.get("started", 0)) * 1000, 1),
            },
        )
    return response
