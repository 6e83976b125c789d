"""The server: waitress that finishes what it accepted, and the worker as a child beside it."""

import logging
import signal
import subprocess
import sys
import threading
import time
from types import FrameType
from typing import Any

import waitress
from flask import Flask

from tracker import demo
from tracker.accounts import regions
from tracker.core import health, traces
from tracker.core.db import WRITING, db
from tracker.core.upgrade import upgrade
from tracker.taxonomy import service as taxonomy

log = logging.getLogger(__name__)
DRAIN_SECONDS = 25


def prepare(app: Flask) -> None:
    """The database is there, current and filled with what comes with the product."""
    with app.app_context():
        WRITING.set(True)
        if not health.is_current():
            upgrade()
            regions.load_national()
            taxonomy.load()
            db.session.commit()
        if app.config["DEMO"] and not demo.is_loaded():
            print("Loading the demo towns, once …", flush=True)
            demo.load()
            db.session.commit()


def run_server(app: Flask) -> None:
    """Serve until told to stop; then take no new request, finish the accepted ones, and end."""
    prepare(app)
    _greet(app)
    traces.writer.start()
    gate = _Drain(app.wsgi_app)
    app.wsgi_app = gate  # type: ignore[method-assign]
    server: Any = waitress.create_server(
        app,
        host=app.config["HOST"],
        port=app.config["PORT"],
        threads=app.config["THREADS"],
        ident=None,
    )
    worker = _WorkerBeside()

    def stop(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=_shut, args=(server, gate, worker), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.start()
    server.run()
    gate.wait_until_idle(DRAIN_SECONDS)
    traces.writer.stop()
    worker.stop()


class _Drain:
    """Counts requests under way, so that stopping can wait for them."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._under_way = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        with self._lock:
            self._under_way += 1
        try:
            return self._application(environ, start_response)
        finally:
            with self._lock:
                self._under_way -= 1

    def wait_until_idle(self, seconds: float) -> bool:
        """No request is under way any more; False when some still were after so long."""
        ends = time.monotonic() + seconds
        while self._under_way and time.monotonic() < ends:
            time.sleep(0.05)
        return not self._under_way


def _shut(server: Any, gate: _Drain, worker: "_WorkerBeside") -> None:
    server.accepting = False
    server.del_channel()  # no new connection is taken from the listening socket
    gate.wait_until_idle(DRAIN_SECONDS)
    time.sleep(0.2)  # the last answers leave their buffers
    worker.stop()
    for channel in list(server.active_channels.values()):
        channel.will_close = True  # a browser that only keeps its connection must not keep us
    server.close()


class _WorkerBeside:
    """The worker as a child process, started again when it dies."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._keep, name="worker", daemon=True).start()

    def _keep(self) -> None:
        command = [sys.executable, "-m", "flask", "--app", "app", "work"]
        while not self._stopping.is_set():
            self._child = subprocess.Popen(command)  # noqa: S603 - our own command
            self._child.wait()
            if not self._stopping.wait(1.0):
                log.warning("worker.restarted")

    def stop(self) -> None:
        self._stopping.set()
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self._child.kill()


def _greet(app: Flask) -> None:
    print(f"\nKakehashi: http://{app.config['HOST']}:{app.config['PORT']}/\n", flush=True)
    if app.config["DEMO"]:
        print("Demo sign-ins (password for all: kakehashi-demo):", flush=True)
        for login, who in demo.SIGN_INS:
            print(f"  {login:<6} {who}", flush=True)
        print(flush=True)
