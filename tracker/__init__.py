"""Kakehashi: from a need nobody could meet to a resource the town now has."""

from pathlib import Path
from typing import Any

from flask import Flask, g
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker import cli, config
from tracker.accounts import access, holding, single_sign_on
from tracker.accounts import routes as accounts
from tracker.accounts.changing import body_routes as changing
from tracker.accounts.changing import holding as in_hand
from tracker.accounts.letters import routes as inviting
from tracker.accounts.towns import routes as towns
from tracker.actions import provenance
from tracker.actions import queries as action_queries
from tracker.actions import traced as traced_actions
from tracker.actions.agreements import routes as actions
from tracker.actions.work import standing_in
from tracker.cases import at_offices, held, trying_targets
from tracker.cases import routes as cases
from tracker.cases import tried as tried_before
from tracker.core import db as database
from tracker.core import events, gate, i18n, logs, traces, web
from tracker.core.db import db
from tracker.exchange import proof_files as proving
from tracker.exchange.calendar import routes as exchange
from tracker.exchange.calendar import service as calendar_service
from tracker.exchange.versions import erasing as frozen_papers
from tracker.followup import asking
from tracker.followup import routes as followup
from tracker.home import navigation
from tracker.home import setting_up as home
from tracker.insights.coverage import routes as insights
from tracker.insights.sheets import routes as sheets
from tracker.intake.answers import routes as intake
from tracker.issues import raised, recurrence, trying_figures
from tracker.issues.candidates import routes as candidates
from tracker.issues.candidates import trying
from tracker.issues.letters import erasing as frozen_letters
from tracker.issues.letters import routes as letters
from tracker.issues.material import routes as material
from tracker.issues.priority import routes as priority
from tracker.issues.priority import service as priorities
from tracker.issues.priority import trying as trying_bands
from tracker.issues.relating import ties
from tracker.issues.tracing import asked as tracing
from tracker.issues.tracing import routes as issues
from tracker.meetings import days
from tracker.meetings import erasing as frozen_sheets
from tracker.meetings import item_routes as items
from tracker.meetings import traced as traced_meetings
from tracker.meetings.live import routes as meetings
from tracker.meetings.preparing import routes as preparing
from tracker.meetings.series import routes as series
from tracker.notifications import away, door_watch
from tracker.notifications import routes as notifications
from tracker.notifications.delivery import routes as delivery
from tracker.privacy import readings
from tracker.privacy.exports import leaving, papers
from tracker.privacy.exports import routes as privacy
from tracker.resources import asked
from tracker.resources.asking import routes as resources
from tracker.saved import routes as saved
from tracker.search import routes as search
from tracker.settings.values import routes as settings
from tracker.settings.values.trying import tried
from tracker.taxonomy import routes as taxonomy

ROOT = Path(__file__).parent.parent
migrate = Migrate(
    directory=str(Path(__file__).parent / "migrations"), render_as_batch=True, compare_type=True
)


def create_app(instance: Path | None = None, **overrides: Any) -> Flask:
    """The application with every feature; the only function that knows them all.

    :param instance: folder of database, keys and `config.env`; default `instance/` at top
    :param overrides: settings that overrule the environment
    """
    app = Flask(
        __name__,
        root_path=str(ROOT),
        instance_path=str(instance or ROOT / "instance"),
        template_folder="templates",
        static_folder="static",
    )
    app.config.from_mapping({**config.from_environment(Path(app.instance_path)), **overrides})
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(
        app.config["SQLALCHEMY_DATABASE_URI"]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _install_core(app)
    for room in _rooms():
        app.register_blueprint(room.bp)
    app.context_processor(lambda: {} if g.get("bare_page") else navigation.frame())
    cli.init_app(app)
    papers.init_app(app)
    leaving.init_app(app)
    readings.init_app(app)
    _connect()
    return app


def _rooms() -> tuple[Any, ...]:
    """Every room with pages, the lower floors first."""
    people = (accounts, changing, inviting, towns)
    lower = (*people, notifications, delivery, taxonomy, resources, cases)
    return (
        *lower,
        saved,
        settings,
        issues,
        candidates,
        priority,
        letters,
        material,
        actions,
        meetings,
        preparing,
        series,
        items,
        followup,
        sheets,
        exchange,
        proving,
        intake,
        privacy,
        search,
        insights,
        home,
    )


def _connect() -> None:
    """Who listens to what a lower floor says."""
    holding.open_cases_asked.connect(at_offices.open_by_office)
    events.case_accepted.connect(recurrence.on_case_accepted)
    events.resource_live.connect(asking.on_resource_live)
    events.resource_live.connect(provenance.on_live)
    events.town_values_set.connect(priorities.on_values_set)
    raised.days_asked.connect(days.next_days)
    tried.connect(trying.on_tried)
    tried.connect(trying_targets.on_tried)
    tried.connect(trying_bands.on_tried)
    tried.connect(trying_figures.on_tried)
    ties.ties_asked.connect(days.waiting_items)
    ties.ties_asked.connect(action_queries.open_for)
    tracing.items_asked.connect(traced_meetings.items_of)
    tracing.actions_asked.connect(traced_actions.actions_of)
    asked.experience_asked.connect(tried_before.experience)
    asked.waiting_asked.connect(tried_before.waiting)
    asked.origins_asked.connect(provenance.origins)
    events.resource_worsened.connect(provenance.on_worsened)
    events.words_gone.connect(frozen_sheets.on_words_gone)
    events.words_gone.connect(frozen_letters.on_words_gone)
    events.words_gone.connect(frozen_papers.on_words_gone)
    away.stand_ins_asked.connect(standing_in.stand_ins)
    in_hand.held_asked.connect(action_queries.open_of)
    in_hand.worked_asked.connect(held.filed_since)
    events.access_withdrawn.connect(calendar_service.on_access_withdrawn)
    events.password_sprayed.connect(door_watch.on_password_sprayed)


def _install_core(app: Flask) -> None:
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    logs.init_app(app)
    web.init_app(app)
    db.init_app(app)
    migrate.init_app(app, db)
    i18n.init_app(app)
    access.init_app(app)
    single_sign_on.init_app(app)
    traces.writer.init_app(app)
    with app.app_context():
        database.prepare_engine(db.engine)
        gate.stand_before(db)
