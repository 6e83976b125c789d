"""What repeats in the demo's towns: looked at, one parked, one rejected, one rule learnt."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.accounts.models import Municipality
from tracker.core import clock
from tracker.core.db import db
from tracker.demo.cases import Cast
from tracker.issues.candidates import learning, looking, service
from tracker.issues.candidates.learning import RuleDraft
from tracker.issues.candidates.models import Candidate
from tracker.issues.models import RegionalIssue

PARKED, REJECTED = "PM02", "CN03"
PARKED_DAYS = 60


def load(found: Mapping[str, RegionalIssue], cast: Cast, now: datetime) -> None:
    """Both towns were looked at; the centre of the west has decided on two, the town learnt one."""
    mori, nishi = cast.person("mori"), cast.person("nishi")
    rule = RuleDraft(area_id=None, cases=2, months=12, offices=2)
    learning.learn(found["escort"], rule, by=mori, at=now)
    towns = sa.select(Municipality.id).where(Municipality.is_demo).order_by(Municipality.id)
    for town in db.session.scalars(towns).all():
        looking.look(town, at=now)
    service.park(
        _of_west(PARKED, cast),
        until=clock.local(now).date() + timedelta(days=PARKED_DAYS),
        more_cases=2,
        reason="居住支援の集まりで同じ話が出ると聞いたので、その後に決める。",
        by=nishi,
        at=now,
    )
    service.reject(
        _of_west(REJECTED, cast),
        "市の相談窓口が一件ずつ受けることになり、今は地域の課題としては扱わない。",
        by=nishi,
        at=now,
    )


def _of_west(act_type: str, cast: Cast) -> Candidate:
    return db.session.scalars(
        sa.select(Candidate).where(
            Candidate.area_id == cast.areas["west"], Candidate.act_type_code == act_type
        )
    ).one()
