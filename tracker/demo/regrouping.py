"""What the demo's centres and its town regrouped: a split, a join, a whole with parts, a twin."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tracker.cases import queries as case_queries
from tracker.core import clock
from tracker.demo.cases import Cast
from tracker.issues import service as issues
from tracker.issues.models import RegionalIssue
from tracker.issues.relating import linking, service, twins
from tracker.issues.relating.linking import Relation
from tracker.issues.relating.service import SplitDraft
from tracker.issues.service import IssueDraft

Issues = Mapping[str, RegionalIssue]
Cases = Mapping[str, int]


def load(found: Issues, cases: Cases, cast: Cast, now: datetime) -> None:
    """The acts of the last days are done, by who would have done them."""
    _split(found, cases, cast, now - timedelta(days=3))
    _whole(found, cases, cast, now - timedelta(days=2))
    _join(found, cases, cast, now - timedelta(hours=20))
    twin = case_queries.get_case(cast.person("nishi"), cases["c213"])
    why = "電話で聞いた件が、事業所からも届いた。日付も用件も同じと事業所に確かめた。"
    twins.mark_duplicate(
        twin, cases["c110"], why, by=cast.person("nishi"), at=now - timedelta(hours=3)
    )


def _split(found: Issues, cases: Cases, cast: Cast, at: datetime) -> None:
    """Moving into a home is another need than a bag for the hospital."""
    new = IssueDraft(
        "施設に入るときの支度を手伝う人がいない",
        "東圏域では、身寄りのない方が施設に入るとき、衣類や布団をそろえる人がおらず、"
        "ケアマネジャーが買い物から搬入まで引き受けています。施設との役割の取り決めがありません。",
        cast.areas["east"],
        "HP02",
    )
    why = "入院中の届け物と、施設に入る支度とでは、頼める先が違うと分かったため。"
    draft = SplitDraft((cases["c078"],), why, new=new)
    service.split(found["hospital"], draft, by=cast.person("sato"), at=at, today=_day(at))


def _join(found: Issues, cases: Cases, cast: Cast, at: datetime) -> None:
    """Booking a shared car and having nobody to go along turned out to be one need."""
    draft = IssueDraft(
        "乗合の車の予約が取りにくい",
        "西圏域では、乗合の車が前日までの予約に限られ、急な受診に使えません。",
        cast.areas["west"],
        "MV01",
    )
    nishi, today = cast.person("nishi"), _day(at)
    ids = [cases["c110"], cases["c094"]]
    gone = issues.raise_issue(draft, ids, by=nishi, at=at - timedelta(hours=8), today=today)
    why = "通院の足の話として、同じ会議で一緒に考えることにしたため。"
    service.join(gone, found["escort"], why, by=nishi, at=at, today=today)


def _whole(found: Issues, cases: Cases, cast: Cast, at: datetime) -> None:
    """The town speaks of going to a hospital as a whole; two areas have a part of it."""
    draft = IssueDraft(
        "受診や入院のとき、そばにいる人がいない",
        "見晴市では、通院、救急、入院のどの場面でも、付き添いと届け物をケアマネジャーが引き受けています。"
        "圏域ごとの課題をまとめて、市全体の仕組みとして考えます。",
        None,
        "MV01",
    )
    mori = cast.person("mori")
    ids = [cases[key] for key in ("c015", "c063", "c076")]
    whole = issues.raise_issue(draft, ids, by=mori, at=at, today=_day(at))
    for key in ("escort", "hospital"):
        linking.link(found[key], whole, Relation.PART_OF, by=mori, at=at)
    linking.link(whole, found["ambulance"], Relation.RELATED, by=mori, at=at)


def _day(at: datetime) -> date:
    return clock.local(at).date()
