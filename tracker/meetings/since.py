"""How the issues on an agenda stand now, beside what was frozen for the meeting."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.i18n import number, sentences
from tracker.issues.models import IssueCase, RegionalIssue
from tracker.meetings.models import AgendaItem, ItemIssue


@dataclass(frozen=True)
class Now:
    """The figures of an issue today; `more`: cases that were attached after the freezing."""

    number: str
    more: int
    cases: int
    offices: int
    minutes: int

    @property
    def words(self) -> str:
        """What became of it since then, as sentences."""
        if self.more:
            grown = ngettext(
                "%(num)s case more for issue %(number)s.",
                "%(num)s cases more for issue %(number)s.",
                self.more,
                number=self.number,
            )
        else:
            grown = _("No case more for issue %(number)s.", number=self.number)
        stands = _(
            "Now: cases %(cases)s, offices %(offices)s, minutes %(minutes)s.",
            cases=number(self.cases),
            offices=number(self.offices),
            minutes=number(self.minutes),
        )
        return sentences(grown, stands)


def since_then(items: Sequence[AgendaItem]) -> dict[int, list[Now]]:
    """By item whose sheet is frozen: each of its issues as it stands now, by number; one statement.

    Items about cases have no entry. For those who may read the meeting's folder.
    """
    frozen = [item.id for item in items if item.frozen_at is not None]
    if not frozen:
        return {}
    later = sa.case((IssueCase.attached_at > AgendaItem.frozen_at, 1), else_=0)
    rows = db.session.execute(
        sa.select(
            ItemIssue.item_id,
            RegionalIssue.number,
            sa.func.coalesce(sa.func.sum(sa.case((Case.id.is_not(None), later), else_=0)), 0),
            sa.func.count(Case.id),
            sa.func.count(Case.organisation_id.distinct()),
            sa.func.coalesce(sa.func.sum(Case.times_handled * Case.minutes_each), 0),
        )
        .select_from(ItemIssue)
        .join(AgendaItem, AgendaItem.id == ItemIssue.item_id)
        .join(RegionalIssue, RegionalIssue.id == ItemIssue.issue_id)
        .outerjoin(IssueCase, IssueCase.issue_id == RegionalIssue.id)
        .outerjoin(Case, sa.and_(Case.id == IssueCase.case_id, case_policy.counted()))
        .where(ItemIssue.item_id.in_(frozen))
        .group_by(ItemIssue.item_id, RegionalIssue.id, RegionalIssue.number)
        .order_by(ItemIssue.item_id, RegionalIssue.id)
    )
    found: dict[int, list[Now]] = {}
    for item_id, *said in rows:
        found.setdefault(item_id, []).append(Now(*said))
    return found
