"""A town in which one word stands in every place where people type, all of it long ended."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tests import factories, letters, material
from tracker.cases.models import Case, CaseStatus, Disposition
from tracker.core import clock, drafts
from tracker.core.audit import TextRevision
from tracker.core.db import Model, db
from tracker.exchange.versions import service as versions
from tracker.exchange.versions.models import Audience, PaperVersion
from tracker.formats.papers import Paper, Paragraph
from tracker.issues import service as issues
from tracker.issues import wording
from tracker.issues.models import ClosedAs, IssueStatus, RegionalIssue
from tracker.meetings.models import AgendaItem, Meeting, MeetingLevel
from tracker.privacy.keeping.places import PLACES

PLANTED = "くろまめ煮物"
SAID = f"{PLANTED}を届けてほしい。"


class Chain:
    """From a case to a closed issue: agenda published, one action that was stopped, a letter."""

    def __init__(self, aoi, sato, mori, hara):
        self.sato, self.mori, self.hara = sato, mori, hara
        self.case = factories.make_case(aoi, summary=SAID, wanted=f"{PLANTED}の配達")
        factories.accept(self.case, by=sato)
        self.issue = factories.make_issue(
            sato, self.case, status=IssueStatus.CONFIRMED, title=f"{PLANTED}の足", statement=SAID
        )
        self.vignette = material.write_vignette(self.issue, mori, SAID)
        material.write_option(self.issue, mori, PLANTED)
        self.letter = letters.make_letter(
            self.issue, mori, title=PLANTED, request=SAID, parts={"statement": SAID}
        )
        self.meeting = factories.plan_meeting(mori)
        self.item = factories.put_on_agenda(self.meeting, self.issue, by=mori, title=PLANTED)
        factories.publish_meeting(self.meeting, mori)
        self.paper = self.make_paper(self.meeting, mori)
        factories.begin_meeting(self.meeting, mori)
        self.action = factories.adopt(
            self.meeting, self.item, self.issue, mori, title=f"{PLANTED}の誘致"
        )

    def single(self, aoi) -> AgendaItem:
        """Another case was frozen on the agenda of an individual meeting, and has its answer."""
        case = factories.make_case(aoi, summary=SAID)
        factories.accept(case, by=self.sato)
        factories.sort(case, self.sato, Disposition.INDIVIDUAL_MEETING)
        meeting = factories.plan_meeting(self.sato, MeetingLevel.INDIVIDUAL)
        item = factories.put_on_agenda(meeting, case, by=self.sato, title=PLANTED)
        factories.publish_meeting(meeting, self.sato)
        case.status = CaseStatus.CLOSED
        db.session.commit()
        return item

    def make_paper(self, meeting: Meeting, by) -> PaperVersion:
        """The folder for members, with the words."""
        paper = Paper("次第", PLANTED, "見晴市", True, [Paragraph(f"議題: {SAID}")])
        draft = versions.VersionDraft(Audience.MEMBERS)
        host = [joinedload(Meeting.host)]
        meeting = db.session.get_one(Meeting, meeting.id, options=host, populate_existing=True)
        made = versions.make(meeting, paper, draft, by=by, at=clock.now())
        db.session.commit()
        return made

    def rewrite(self, statement: str) -> None:
        """The issue says something else from now on."""
        draft = factories.issue_draft(
            self.issue.area_id, title=self.issue.title, statement=statement
        )
        who = {"by": self.mori, "at": clock.now(), "today": clock.today()}
        wording.rewrite(self.issue, draft, **who)
        db.session.commit()

    def end(self) -> "Chain":
        """The action is stopped, the issue closed by two people; the case has its answer."""
        factories.end_action(self.action, self.mori)
        who = {"at": clock.now(), "today": clock.today()}
        issues.propose_close(self.issue, ClosedAs.AWARENESS, SAID, by=self.mori, **who)
        issues.second_close(self.issue, by=self.hara, **who)
        db.session.commit()
        return self


def fill() -> set[str]:
    """Every text that goes with time says the word, in every row; the names of these columns."""
    filled = set()
    for place in (place for places in PLACES.values() for place in places if place.fields):
        table: Any = place.model.__table__
        if not db.session.scalar(sa.select(sa.func.count()).select_from(table)):
            db.session.add(a_row(place.model, place.owner.key))
            db.session.flush()
        for name in place.fields:
            words = {name: PLANTED}
            if "search_text" in table.c:
                words["search_text"] = PLANTED
            only = sa.true() if place.only is None else place.only
            db.session.execute(sa.update(table).where(only).values(words))
            filled.add(f"{table.name}.{name}")
    for subject, model in (("cases", Case), ("issues", RegionalIssue)):
        key = db.session.scalars(sa.select(model.id).order_by(model.id)).first()
        db.session.add(
            TextRevision(
                subject=subject,
                subject_id=key,
                field="summary",
                text=PLANTED,
                digest="0" * 64,
                replaced_at=clock.now(),
            )
        )
        drafts.save(1, f"{subject[:-1]}-{key}", {"text": PLANTED}, at=clock.now())
    db.session.commit()
    db.session.expire_all()
    return filled


def a_row(model: type[Model], owner: str) -> Model:
    """A row of the table with whatever it needs, of the first owner there is."""
    made = {}
    for column in model.__table__.c:
        wanted = column.name == owner or (not column.nullable and column.default is None)
        if column.foreign_keys and wanted:
            (foreign,) = column.foreign_keys
            made[column.name] = _first(foreign.column)
        elif wanted and not column.primary_key:
            made[column.name] = _value(column)
    return model(**made)


def _first(key: sa.Column[Any]) -> Any:
    """The first key there is; a row is made where there is none."""
    if key.table.name == "municipalities":
        return db.session.scalar(sa.select(Case.municipality_id).limit(1))
    statement = sa.select(key).order_by(key).limit(1)
    found = db.session.scalar(statement)
    if found is None:
        mappers = Model.registry.mappers
        model = next(one.class_ for one in mappers if one.local_table is key.table)
        db.session.add(a_row(model, ""))
        db.session.flush()
        found = db.session.scalar(statement)
    return found


def _value(column: sa.Column[Any]) -> Any:
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if issubclass(kind, enum.Enum):
        return next(iter(kind))
    values = {datetime: clock.now(), date: clock.today(), bool: False, int: 1, str: "x"}
    return values.get(kind, {})


def holding(text: str) -> set[str]:
    """Columns of any table in which the word stands, as table.column."""
    found = set()
    for table in Model.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)).mappings():
            found |= {f"{table.name}.{name}" for name in row if text in repr(row[name])}
    return found
