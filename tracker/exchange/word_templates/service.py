"""Taking a town's Word file in, and choosing which is used."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from jinja2 import TemplateError
from lxml.etree import LxmlError

from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, require
from tracker.exchange.word_templates import policy, queries
from tracker.exchange.word_templates.fields import known, values
from tracker.exchange.word_templates.models import TemplateKind, WordTemplate, WordTemplateUse
from tracker.exchange.word_templates.sample import sample
from tracker.formats import word_template
from tracker.formats.word_package import RefusedError

_BROKEN = (TemplateError, LxmlError, KeyError, ValueError, AttributeError)


@dataclass(frozen=True)
class FileDraft:
    """A file as it was sent."""

    municipality_id: int
    kind: TemplateKind
    note: str
    content: bytes


def look_through(content: bytes) -> None:
    """The file asks for nothing but our fields, and a trial with made-up words comes out whole.

    :raises RefusedError: with everything that stands against it
    """
    word_template.refuse_bad(content, known())
    full, bare = values(sample()), values(sample(empty=True))
    if word_template.tears(content, full) or word_template.tears(content, bare):
        raise RefusedError([_torn()])
    try:
        left = word_template.leftovers(word_template.filled(content, full))
    except _BROKEN as error:
        raise RefusedError([_torn()]) from error
    if left:
        raise RefusedError([_("This would be left standing: %(tag)s", tag=left[0])])


def _torn() -> str:
    return _(
        "Filled in, the file would be broken: a “for” or an “if” begins in one place of a table "
        "and ends in another. In tables please use %(tag)s.",
        tag="{%tr … %}",
    )


def take_in(draft: FileDraft, *, by: Viewer, at: datetime) -> WordTemplate:
    """The file is kept; it is not in use yet. It was looked through before.

    :raises RefusedError: when it may not be used
    """
    require(policy.can_edit(by, draft.municipality_id))
    template = WordTemplate(
        municipality_id=draft.municipality_id,
        kind=draft.kind,
        note=draft.note,
        content=draft.content,
        digest=hashlib.sha256(draft.content).hexdigest(),
        size=len(draft.content),
        uploaded_by_id=by.person_id,
        uploaded_at=at,
    )
    db.session.add(template)
    db.session.flush()
    now = {"kind": template.kind.value, "digest": template.digest, "size": template.size}
    audit.record(by, "word_template.taken_in", template, at=at, change=_change(now, draft.note))
    return template


def use(template: WordTemplate, *, by: Viewer, at: datetime) -> None:
    """The town's papers of this kind are written into this file from now on.

    :raises ConflictError: when it is in use already
    """
    require(policy.can_edit(by, template.municipality_id))
    _choose(template.municipality_id, template.kind, template.id, by=by, at=at)


def use_ours(municipality_id: int, kind: TemplateKind, *, by: Viewer, at: datetime) -> None:
    """The town's papers of this kind look like ours again.

    :raises ConflictError: when they do already
    """
    require(policy.can_edit(by, municipality_id))
    _choose(municipality_id, kind, None, by=by, at=at)


def _choose(
    municipality_id: int, kind: TemplateKind, template_id: int | None, *, by: Viewer, at: datetime
) -> None:
    before = queries.in_use(municipality_id).get(kind)
    was = before.template_id if before else None
    if was == template_id:
        raise ConflictError(_("It is in use already."))
    chosen = WordTemplateUse(
        municipality_id=municipality_id,
        kind=kind,
        template_id=template_id,
        person_id=by.person_id,
        at=at,
    )
    db.session.add(chosen)
    db.session.flush()
    change = Change(
        was={"template": was},
        now={"template": template_id, "kind": kind.value},
        replaced_texts={},
        written_texts={},
    )
    audit.record(by, "word_template.chosen", chosen, at=at, change=change)


def _change(now: Mapping[str, object], note: str) -> Change:
    texts: dict[str, str] = {"note": note} if note else {}
    return Change(was={}, now=now, replaced_texts={}, written_texts=texts)
