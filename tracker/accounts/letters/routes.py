"""Inviting many offices at once: letters to print, mails to send, and how far each is."""

from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts import calling
from tracker.accounts.access import allow, sent_before, sure, viewer
from tracker.accounts.factors.codes import picture
from tracker.accounts.letters import paper, queries, service
from tracker.accounts.models import WAY_LABELS, InvitationWay, Organisation
from tracker.accounts.roles import Permission
from tracker.core import clock
from tracker.core.db import db, row_id
from tracker.core.errors import InvalidInputError, require
from tracker.core.forms import CreateForm
from tracker.core.i18n import date_long
from tracker.core.paging import page_of
from tracker.formats import papers

bp = Blueprint("inviting", __name__, url_prefix="/people/letters")


class LettersForm(CreateForm):
    """The offices are ticked in the list itself."""

    def sent_fields(self):
        """Which offices, and how."""
        return {"offices": request.form.getlist("office"), "way": request.form.get("way", "")}


@bp.route("/", methods=["GET", "POST"])
@allow(Permission.PERSON_INVITE)
@sure
def letters():
    standings = queries.inviting(viewer()).standings
    require(bool(standings))
    sender_id = standings[0].organisation_id
    form = LettersForm()
    if form.validate_on_submit():
        answer = invited(form)
        if answer is not None:
            return answer
    now = clock.now()
    page = page_of(
        queries.offices_to_invite(viewer(), today=clock.today()), Organisation.id, descending=False
    )
    states = {row.id: queries.state_of(row, at=now) for row in page.rows}
    return render_template(
        "accounts/letters/index.html",
        form=form,
        page=page,
        states=states,
        ticked=request.form.getlist("office"),
        state_labels=queries.STATE_LABELS,
        way_labels=WAY_LABELS,
        sender=calling.contact_of(sender_id),
        sender_id=sender_id,
        life_days=service.INVITATION_LIFE.days,
    ), 422 if form.is_submitted() else 200


def invited(form):
    """What comes back once the invitations are made; None, with the reason, when refused."""
    mailed = request.form.get("way") == InvitationWay.MAIL
    way = InvitationWay.MAIL if mailed else InvitationWay.LETTER
    try:
        if sent_before(form):
            flash(_("These letters are made already; they were shown once."), "info")
            return redirect(url_for(".letters"), code=303)
        made = service.invite_offices(
            offices_ticked(), way, by=viewer(), at=clock.now(), today=clock.today()
        )
    except InvalidInputError as error:
        db.session.rollback()
        form.reject(error)
        return None
    db.session.commit()
    if mailed:
        said = ngettext("%(num)d mail waits to go out.", "%(num)d mails wait to go out.", len(made))
        flash(said, "success")
        return redirect(url_for(".letters"), code=303)
    return shown(made)


def offices_ticked():
    """Ids of the offices that were ticked; what is none is left out."""
    ids = []
    for value in request.form.getlist("office"):
        try:
            ids.append(row_id(value))
        except ValueError:
            continue
    return ids


def shown(made):
    """The letters, the only time there are: as PDF, or as a page to print."""
    base = current_app.config["BASE_URL"].rstrip("/") + "/invitations/"
    words = paper.written(made, base)
    sender = made[0].sender
    if request.form.get("way") == "screen":
        pictures = [picture(one.link) for one in words]
        return render_template(
            "accounts/letters/letters.html",
            letters=list(zip(words, pictures, strict=True)),
            sent_by=paper.sent_by(sender),
        )
    pdf = papers.to_pdf(paper.letter_paper(words, sender=sender, today=clock.today()))
    answer = Response(pdf, mimetype="application/pdf")
    today = clock.today()
    name = _("Invitations of %(day)s", day=date_long(today))
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=letters-{today.isoformat()}.pdf; "
        f"filename*=UTF-8''{quote(name, safe='')}.pdf"
    )
    return answer
