"""Writing templates: made, changed with the earlier wording kept, ended."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.models import Organisation
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Disposition
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import listed
from tracker.intake.answers import policy
from tracker.intake.answers.filling import PLACEHOLDERS, unknown
from tracker.intake.answers.models import AnswerTemplate, TemplateUse
from tracker.taxonomy import queries as taxonomy

TEXTS = ("title", "text")


@dataclass(frozen=True)
class TemplateDraft:
    """What a template says; field names are those of the form and the row."""

    use: TemplateUse
    title: str
    text: str
    act_type_code: str | None
    disposition: Disposition | None
    valid_from: date
    valid_until: date | None
    is_shared: bool

    def texts(self) -> dict[str, str]:
        """The free texts by field."""
        return {name: getattr(self, name) for name in TEXTS}


def write_template(
    draft: TemplateDraft,
    organisation: Organisation,
    *,
    by: Viewer,
    at: datetime,
    today: date,
    confirmed_details: Sequence[str] = (),
) -> AnswerTemplate:
    """The centre has this template from its first day on.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: naming the field
    """
    require(policy.can_write(by, organisation.id))
    _check(draft, today)
    made = AnswerTemplate(
        municipality_id=organisation.municipality_id,
        organisation_id=organisation.id,
        written_by_id=by.person_id,
        created_at=at,
        updated_at=at,
        **asdict(draft),
    )
    db.session.add(made)
    db.session.flush()
    _record(made, "answer_template.made", {}, {}, confirmed_details, by=by, at=at)
    return made


def rewrite_template(
    template: AnswerTemplate,
    draft: TemplateDraft,
    *,
    by: Viewer,
    at: datetime,
    today: date,
    confirmed_details: Sequence[str] = (),
) -> None:
    """The template says this now; its earlier words are kept with the audit log.

    :param confirmed_details: free texts that were marked and that the writer vouched for
    :raises InvalidInputError: naming the field
    """
    require(policy.can_edit(by, template))
    _check(draft, today)
    was = _coded(template)
    replaced = {n: old for n in TEXTS if (old := getattr(template, n)) != getattr(draft, n)}
    for name, value in asdict(draft).items():
        setattr(template, name, value)
    template.updated_at, template.written_by_id = at, by.person_id
    _record(template, "answer_template.changed", was, replaced, confirmed_details, by=by, at=at)


def end_template(template: AnswerTemplate, *, by: Viewer, at: datetime, today: date) -> None:
    """From today the template is offered no more; one that has not begun was never offered.

    :raises ConflictError: when it is ended already
    """
    require(policy.can_edit(by, template))
    yesterday = today - timedelta(days=1)
    if template.valid_until is not None and template.valid_until <= yesterday:
        raise ConflictError(_("This template is ended already."))
    was = _coded(template)
    template.valid_from = min(template.valid_from, yesterday)
    template.valid_until, template.updated_at = yesterday, at
    _record(template, "answer_template.ended", was, {}, (), by=by, at=at)


def _check(draft: TemplateDraft, today: date) -> None:
    for name, text in draft.texts().items():
        if not text:
            raise InvalidInputError(name, _("Please fill this in."))
    if wrong := unknown(draft.text):
        message = _("%(wrong)s cannot be filled in. In braces may stand: %(known)s.")
        known = listed(f"{{{name}}}" for name in PLACEHOLDERS)
        raise InvalidInputError("text", message % {"wrong": listed(wrong), "known": known})
    if draft.valid_until is not None and draft.valid_until < draft.valid_from:
        raise InvalidInputError("valid_until", _("Please choose a day after the first one."))
    if draft.act_type_code is not None:
        taxonomy.require_known({}, draft.act_type_code, today)
    if draft.use is TemplateUse.QUESTION and draft.disposition is not None:
        raise InvalidInputError(
            "disposition", _("A question is asked before it is clear how the case goes on.")
        )


def _coded(template: AnswerTemplate) -> dict[str, Any]:
    names = ("use", "act_type_code", "disposition", "is_shared")
    days = ("valid_from", "valid_until")
    found = {name: getattr(template, name) for name in names}
    return found | {d: day.isoformat() if (day := getattr(template, d)) else None for d in days}


def _record(
    template: AnswerTemplate,
    verb: str,
    was: Mapping[str, Any],
    replaced: Mapping[str, str],
    confirmed: Sequence[str],
    *,
    by: Viewer,
    at: datetime,
) -> None:
    now = {name: value for name, value in _coded(template).items() if was.get(name) != value}
    if confirmed:
        now["details_confirmed"] = list(confirmed)
    written = {n: getattr(template, n) for n in TEXTS if not was or n in replaced}
    before = {name: was[name] for name in now if name in was}
    audit.record(by, verb, template, at=at, change=Change(before, now, replaced, written))
