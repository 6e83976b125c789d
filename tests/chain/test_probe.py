import pytest
from tests.chain.conftest import told
from tests.chain.test_whole_chain import undo_closing, send_what_is_due, undo_beginning
from tests import factories
from tracker.issues import service as issues
from tracker.meetings import service as meetings


def test_probe(chain, second, aoi, sato):
    chain.walk("closed")
    chain.clock.move(minutes=16)
    send_what_is_due()
    undo_closing(chain)
    chain.again("closed")
    print("after second closing", told(second)[-3:])
    assert told(second)[-1] == "issue_closed"


def test_probe3(chain, second, aoi, mori):
    chain.walk("published")
    chain.clock.move(minutes=16)
    send_what_is_due()
    meetings.cancel(chain.meeting, by=mori, at=chain.clock.now())
    from tracker.core.db import db
    db.session.commit()
    print("cancelled", chain.issue.status, told(second))
    chain.again("published")
    print("again", chain.issue.status, told(second))


def test_probe4(chain, second, aoi, mori):
    chain.walk("published")
    meetings.cancel(chain.meeting, by=mori, at=chain.clock.now())
    from tracker.core.db import db
    db.session.commit()
    print("cancelled at once", chain.issue.status, told(second), told(second, withdrawn=True))
    from tracker.cases import queries as cases
    print([ (s.label, s.done, s.sentence) for s in cases.case_page(second, chain.cases[-1].id).stages])


def test_probe5(chain, second, aoi, sato, mori, hara):
    chain.walk("closed")
    chain.clock.move(days=1)
    factories.accept(factories.make_case(by=aoi), by=sato)
    print(chain.issue.status, [ (s.label, s.done, s.current) for s in __import__("tracker.issues.queries", fromlist=["x"]).issue_page(sato, chain.issue.id).stages])
    # now the action is LIVE, issue in_action: how does it get back to watching?
    from tracker.actions import service as actions
    from tracker.actions.models import Stage
    from tracker.core import clock as c
    actions.move(chain.action, Stage.REVIEW, "x", by=mori, at=c.now())
    actions.move(chain.action, Stage.SETTLED, "x", by=mori, at=c.now())
    print("after settled", chain.issue.status)
    from tracker.issues.models import ClosedAs
    try:
        issues.propose_close(chain.issue, ClosedAs.VERIFIED, "again", by=mori, at=c.now(), today=c.today())
        print("proposed ok")
    except Exception as e:
        print("cannot propose", repr(e), getattr(e,'message',''))
