"""An issue a meeting has decided about, and an action for it in the hands of Sato's centre."""

import pytest

from tests import factories
from tracker.accounts.roles import Role
from tracker.cases.history import new_act
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import service as issues
from tracker.issues.service import IssueDraft

DECISION = "販売車に来てもらえるよう働きかける。"


@pytest.fixture
def case(aoi, sato):
    """A case of Aoi that the centre has accepted."""
    return factories.accept(factories.make_case(by=aoi), by=sato)


@pytest.fixture
def issue(case, sato, mori, clock):
    """An issue of the east, raised from Aoi's case, decided by a meeting."""
    at, draft = clock.now(), IssueDraft("買い物の足がない", "店が閉まった。", case.area_id, "HK03")
    issue = issues.raise_issue(draft, [case.id], by=sato, at=at, today=the_clock.today())
    issues.confirm(issue, by=sato, at=at)
    act = new_act()
    issues.put_on_agenda(issue, "第2回地域ケア推進会議", by=mori, at=at, act=act)
    issues.decide(issue, DECISION, by=mori, at=at, act=act)
    db.session.commit()
    return issue


@pytest.fixture
def action(issue, mori, sato):
    """A proposed action that Sato's centre owns."""
    return factories.make_action(issue, by=mori, owner_id=min(sato.organisation_ids(Role.CENTRE)))
