"""A real SMTP server on a free port of this machine, which keeps what it is given."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask


class Letterbox:
    """What arrived, in order; refuses the addresses in `refused`, or hangs up when told to."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.refused: set[str] = set()
        self.answer = "250 OK"
        self.hangs_up = 0  # so many times, in the middle of a mail
        self.greeted = 0
        self.slow_seconds = 0.0  # before each mail is taken

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greeted += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hangs_up:
            self.hangs_up -= 1
            server.transport.abort()
            return "421 closing"
        await asyncio.sleep(self.slow_seconds)
        lines = envelope.content.replace(b"\r\n", b"\n")
        message = message_from_bytes(lines, policy=policy.default)
        self.arrived.append(message)  # type: ignore[arg-type]
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return self.answer


class _OnFreePort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def mail_server(app: Flask, letterbox: Letterbox) -> Iterator[None]:
    """Inside, the application's mail goes to this letterbox; afterwards nobody answers."""
    server = _OnFreePort(letterbox, hostname="127.0.0.1", port=0)
    server.start()
    app.config.update(MAIL_HOST="127.0.0.1", MAIL_PORT=server.port, MAIL_FROM="k@town.example")
    try:
        yield
    finally:
        server.stop()
