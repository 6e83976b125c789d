"""What the kinds of things kept, and the texts in them, are called."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.issues.statement import LABELS, TEXTS

KINDS: dict[str, tuple[LazyString, LazyString]] = {
    "cases": (
        _l("Texts of cases that have ended"),
        _l("What happened, answers, questions, notes. Numbers, codes and counts stay."),
    ),
    "meetings": (
        _l("Minutes and discussions of meetings"),
        _l("Minutes, remarks, what was said. Agenda, outcomes and decisions stay."),
    ),
    "issues": (
        _l("Texts of regional issues and actions that have ended"),
        _l("Statements, vignettes, options, letters, logs, also in frozen evidence."),
    ),
    "candidates": (
        _l("Sentences in the history of candidates"),
        _l("Why something was parked or rejected. What was proposed, and its counts, stay."),
    ),
    "originals": (
        _l("What was taken out of texts"),
        _l("Kept aside for the privacy officer until a day of its own, then deleted."),
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
    "minutes_texts.text": _l("Minutes of the meeting"),
    "minutes_texts.why": _l("What was changed in the minutes"),
    "minutes_remarks.text": _l("Request for a correction"),
    "minutes_remarks.answer_reason": _l("Answer to a request for a correction"),
    "minutes_addenda.text": _l("Correction after approval"),
    "agenda_items.discussion": _l("Discussion of an item"),
    "agenda_items.outcome_reason": _l("Reason of an outcome"),
    "agenda_items.differs_because": _l("Why it was decided otherwise"),
    "agenda_items.recommendation_reason": _l("Reason of a recommendation"),
    "meeting_looks.sentence": _l("Sentence of the look back"),
    "office_reveals.reason": _l("Why the name of an office was asked for"),
    "regroupings.reason": _l("Why cases were regrouped"),
    "agenda_items.title": _l("Title of an item"),
    "agenda_items.question": _l("Question of an item"),
    "agenda_items.decision_line": _l("What has to be decided now"),
    "agenda_items.outcome_event": _l("Until what an item was held"),
    "issues.close_sentence": _l("Sentence with the closing"),
    "issue_steps.sentence": _l("Sentence in the history"),
    "issue_vignettes.text": _l("Vignette"),
    "issue_options.title": _l("Option"),
    "issue_options.who": _l("Who would do it"),
    "issue_options.effect": _l("For and against"),
    "issue_letters.addressee": _l("Whom a letter was addressed to"),
    "issue_letters.request": _l("What a letter asked for"),
    "issue_letters.answer": _l("Answer to a letter"),
    "issue_letters.paper_number": _l("Number of the answer's paper"),
    "issue_weights.set_sentence": _l("Why the priority was set by hand"),
    "actions.title": _l("Title of the action"),
    "actions.criteria": _l("When it is done"),
    "action_entries.sentence": _l("Entry of the log"),
    "action_entries.next_step": _l("Next step in the log"),
    "action_facts.text": _l("What was written down at a stage"),
    "action_comments.text": _l("Comment"),
    "action_milestones.title": _l("Milestone"),
    "agreements.title": _l("Title of the agreement"),
    "agreements.parties": _l("Who agreed"),
    "agreements.subject": _l("What was agreed"),
    "candidate_steps.sentence": _l("Sentence in the history"),
    **{f"issues.{name}": label for name, label in LABELS.items() if name in TEXTS},
    **{f"issue_versions.{name}": label for name, label in LABELS.items() if name in TEXTS},
}
