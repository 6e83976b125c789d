"""What the kinds of things kept, and the texts in them, are called."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KINDS: dict[str, tuple[LazyString, LazyString]] = {
    "cases": (
        _l("Texts of cases that have ended"),
        _l("What happened, answers, questions, notes. Numbers, codes and counts stay."),
    ),
    "meetings": (
        _l("Minutes and discussions of meetings"),
        _l("Minutes, remarks, what was said. Agenda, outcomes and decisions stay."),
    ),
    "drafts": (_l("What was typed and not sent"), _l("Deleted after the last change.")),
    "attempts": (_l("Tries to sign in"), _l("Deleted.")),
    "sessions": (_l("Sessions that have ended"), _l("Deleted.")),
    "notices": (_l("Notices in the app"), _l("Deleted, read or not.")),
    "traces": (_l("Who opened what"), _l("Deleted. The sealed log of changes stays.")),
    "mails": (_l("Mails that went out"), _l("Deleted. They never held a text of a case.")),
    "jobs": (_l("Work the system has done"), _l("Deleted.")),
}

FIELDS: dict[str, LazyString] = {
    "cases.summary": _l("What happened"),
    "cases.wanted": _l("What would have helped"),
    "cases.work_class_reason": _l("Why another class than the table's"),
    "cases.extra_answer": _l("Answer to the town's own question"),
    "cases.department": _l("Department that asked"),
    "case_steps.sentence": _l("Sentence in the history"),
    "case_notes.note": _l("Note inside the centre"),
    "case_tellings.what": _l("What the office was told"),
    "case_tellings.why": _l("Why, as the office was told"),
    "minutes_texts.text": _l("Minutes"),
    "minutes_texts.why": _l("What was changed in the minutes"),
    "minutes_remarks.text": _l("Request for a correction"),
    "minutes_remarks.answer_reason": _l("Answer to a request for a correction"),
    "minutes_addenda.text": _l("Correction after approval"),
    "agenda_items.discussion": _l("Discussion of an item"),
    "agenda_items.outcome_reason": _l("Reason of an outcome"),
    "agenda_items.differs_because": _l("Why it was decided otherwise"),
    "agenda_items.recommendation_reason": _l("Reason of a recommendation"),
    "meeting_looks.sentence": _l("Sentence of the look back"),
}
