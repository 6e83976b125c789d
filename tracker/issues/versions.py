"""Every wording an issue has had."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Area, Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.i18n import named
from tracker.issues import policy
from tracker.issues.models import IssueVersion, RegionalIssue
from tracker.issues.statement import TEXTS
from tracker.taxonomy.models import ActType, Code


@dataclass(frozen=True)
class Wording:
    """One version, with the words for its area and type, and whoever wrote it."""

    version: IssueVersion
    area_words: str  # "" where it is not known
    type_words: str
    writer: str

    @property
    def number(self) -> int:
        """1, 2, 3 …"""
        return self.version.number


def versions(viewer: Viewer, issue_id: int) -> list[Wording]:
    """Every version of an issue the viewer may know of, the newest first; one statement."""
    rows = db.session.execute(
        sa.select(
            IssueVersion,
            Area.name_ja,
            Area.name_en,
            ActType.name_ja.label("act_ja"),
            ActType.name_en.label("act_en"),
            Person.name,
        )
        .join(RegionalIssue, RegionalIssue.id == IssueVersion.issue_id)
        .join(Person, Person.id == IssueVersion.written_by_id)
        .outerjoin(Area, Area.id == IssueVersion.area_id)
        .outerjoin(ActType, ActType.code == IssueVersion.act_type_code)
        .where(IssueVersion.issue_id == issue_id, policy.visible_to(viewer))
        .order_by(IssueVersion.number.desc(), IssueVersion.id)
    )
    return [_wording(row) for row in rows]


def _wording(row: "sa.Row[IssueVersion, str | None, str | None, str, str, str]") -> Wording:
    version: IssueVersion = row[0]
    known = version.act_type_code is not None  # the first versions kept neither area nor type
    town = _("The whole town") if known else ""
    return Wording(
        version,
        named(row) if version.area_id is not None else town,
        named(row, "act") if known else "",
        row[5],
    )


def words(wording: Wording, name: str, gaps: Mapping[str, Code]) -> str:
    """What a version says in this part, in words; "" when nothing."""
    value = getattr(wording.version, name)
    if name in TEXTS:
        return str(value)
    if value is None:
        return ""
    if name == "gap":
        return named(gaps[value]) if value in gaps else str(value)
    return str(value.label)
