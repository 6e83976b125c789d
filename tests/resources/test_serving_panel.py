"""The panel other pages include: what can be used for a need."""

import pytest
from flask import render_template

from tests import factories
from tests.client import parsed
from tracker.core import clock as the_clock
from tracker.resources import queries


def panel(app, viewer, code="HK03"):
    """The panel for this type, in Japanese."""
    serving = queries.serving(viewer, code, today=the_clock.today())
    with app.test_request_context():
        return render_template("resources/_serving.html", serving=serving)


def test_it_says_what_each_does_what_it_costs_and_how_to_ask(app, aoi, yama):
    made = factories.make_resource(by=yama)
    html = panel(app, aoi)
    for text in (made.name_ja, made.content, made.cost, made.how_to_apply, made.contact):
        assert text in html
    assert [a.get("href") for a in parsed(html).iter("a")] == [f"/resources/{made.id}"]


@pytest.mark.parametrize(("days", "marked"), [(10, False), (200, True)])
def test_it_marks_what_was_not_confirmed_lately(days, marked, app, aoi, yama):
    factories.make_resource(by=yama, assured_days_ago=days)
    assert ("status-kind-attention" in panel(app, aoi)) is marked


def test_it_says_that_nothing_is_known(app, aoi):
    html = panel(app, aoi)
    assert "<ul" not in html
    assert len("".join(parsed(html).itertext()).strip()) > 10


def test_what_is_typed_is_shown_as_text(app, aoi, yama):
    factories.make_resource(by=yama, content="<b>太字</b>")
    assert "&lt;b&gt;" in panel(app, aoi)
