"""Reading templates: all of a centre, one, and those that fit a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named
from tracker.intake.answers import policy
from tracker.intake.answers.filling import filled
from tracker.intake.answers.models import AnswerTemplate, TemplateUse


def templates(viewer: Viewer, *, today: date) -> Sequence[AnswerTemplate]:
    """Every template the viewer may know of, ended ones last; with centre and type."""
    ended = sa.case((AnswerTemplate.valid_until < today, 1), else_=0)
    return db.session.scalars(
        _with_names(viewer).order_by(ended, AnswerTemplate.use, AnswerTemplate.id)
    ).all()


def get_template(viewer: Viewer, template_id: int) -> AnswerTemplate:
    """The template with its centre and type.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        _with_names(viewer).where(AnswerTemplate.id == template_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _with_names(viewer: Viewer) -> sa.Select[AnswerTemplate]:
    return (
        sa.select(AnswerTemplate)
        .where(policy.templates_visible_to(viewer))
        .options(joinedload(AnswerTemplate.organisation), joinedload(AnswerTemplate.act_type))
    )


@dataclass(frozen=True)
class Suggested:
    """A template that fits a case, with the case's own words filled in."""

    id: int
    use: TemplateUse
    title: str
    text: str


def suggested(viewer: Viewer, case: Case, resource: str, *, today: date) -> list[Suggested]:
    """Templates that fit type and state of the case, those made for its type first; one statement.

    A case that is not sorted yet is offered the answers of every way it can go on.

    :param case: with its area and type
    :param resource: name of what serves the need, "" for nothing
    """
    of_state: sa.ColumnElement[bool] = sa.true()
    if case.disposition is not None:
        of_state = sa.or_(
            AnswerTemplate.disposition.is_(None), AnswerTemplate.disposition == case.disposition
        )
    narrower = sa.case((AnswerTemplate.act_type_code.is_(None), 1), else_=0)
    rows = db.session.scalars(
        sa.select(AnswerTemplate)
        .where(
            policy.templates_visible_to(viewer),
            AnswerTemplate.valid_from <= today,
            sa.or_(AnswerTemplate.valid_until.is_(None), AnswerTemplate.valid_until >= today),
            sa.or_(
                AnswerTemplate.act_type_code.is_(None),
                AnswerTemplate.act_type_code == case.act_type_code,
            ),
            of_state,
        )
        .order_by(narrower, AnswerTemplate.id)
    )
    words = {
        "number": case.number,
        "type": named(case.act_type),
        "area": named(case.area),
        "resource": resource,
    }
    return [Suggested(row.id, row.use, row.title, filled(row.text, words)) for row in rows]
