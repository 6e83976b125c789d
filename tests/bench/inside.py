"""Measured in this process: statements of a page, and the comparison with earlier cases."""

import os
import statistics
import time
from collections.abc import Iterator
from unittest import mock

import sqlalchemy as sa
from flask import Flask

from tests.bench.pages import TYPED
from tests.bench.site import Site
from tests.bench.wire import Asking, Question
from tracker import create_app
from tracker.accounts.standing import viewer_of
from tracker.accounts.viewer import Viewer
from tracker.cases import suggesting
from tracker.core import clock
from tracker.core.db import WRITING, db

ALIKE_WITHIN = 30  # milliseconds
REPEATS = 5
_apps: dict[Site, Flask] = {}


def _app(site: Site) -> Flask:
    """The product on the same data, in this process."""
    if site not in _apps:
        plain = {n: text for n, text in os.environ.items() if not n.startswith("TRACKER_")}
        with mock.patch.dict(os.environ, {**plain, "TRACKER_DEMO": "1"}, clear=True):
            _apps[site] = create_app(instance=site.folder, TESTING=True)
    return _apps[site]


def statements(site: Site, asking: Asking, wanted: int) -> int:
    """How many statements one answer takes, once everything that is kept in memory is there."""
    app, counted = _app(site), []
    with app.app_context():
        engine = db.engine

    def note(*_event: object) -> None:
        counted.append(1)

    for number in (10**6, 10**6 + 8):  # the same person both times
        sa.event.listen(engine, "before_cursor_execute", note)
        counted.clear()
        status = _ask(app, asking(number))
        sa.event.remove(engine, "before_cursor_execute", note)
        if status != wanted:
            raise RuntimeError(f"{asking(number).path} answers {status} inside")
    return len(counted)


def _ask(app: Flask, question: Question) -> int:
    method = "GET" if question.form is None else "POST"
    with app.test_client(use_cookies=False) as client:
        answer = client.open(
            question.path,
            method=method,
            data=question.form,
            content_type="application/x-www-form-urlencoded",
            headers={"Cookie": question.cookie, "Host": "127.0.0.1"},
        )
        return answer.status_code


def lines(site: Site) -> Iterator[str]:
    """How long it takes to find the cases that are like a text."""
    app = _app(site)
    with app.app_context():
        WRITING.set(False)
        who = {"office": site.filers[0], "centre": site.centre, "officer": site.officer}
        for name, somebody in who.items():
            viewer = viewer_of(somebody.person_id, today=clock.today())
            for act_type in ("HK03", None):
                times = sorted(_alike(viewer, act_type))
                middle, late = statistics.median(times), times[int(len(times) * 0.95)]
                mark = "ok" if middle < ALIKE_WITHIN else "—"
                yield (
                    f"cases alike, {name}, {'a type' if act_type else 'all types'}:"
                    f" p50 {middle:.1f} ms of CPU, p95 {late:.1f} (< {ALIKE_WITHIN}) {mark}"
                )
        db.session.rollback()


def _alike(viewer: Viewer, act_type: str | None) -> Iterator[float]:
    for typed in TYPED * REPEATS:
        began = time.process_time()  # work, not waiting: a bench may share its machine
        suggesting.alike(viewer, typed, act_type, None)
        yield (time.process_time() - began) * 1000
