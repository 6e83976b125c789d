"""Which language a page speaks, and how it writes dates and numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, Domain, get_babel, get_locale
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from tracker.core import clock, wareki

LANGUAGES = ("ja", "en")
COOKIE = "kakehashi-language"
YEAR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Pages, mails and refusals speak the reader's language; filters for dates are known."""
    Babel(app, locale_selector=chosen_language)
    with app.app_context():
        _translate_quickly(app)
    app.after_request(_remember_choice)
    app.add_template_filter(date_long)
    app.add_template_filter(date_weekday)
    app.add_template_filter(date_short)
    app.add_template_filter(month)
    app.add_template_filter(instant)
    app.add_template_filter(clock_time)
    app.add_template_filter(time_of_day)
    app.add_template_filter(number)
    app.add_template_filter(named)
    app.add_template_filter(listed)
    app.add_template_filter(bracketed)
    app.jinja_env.globals.update(
        get_locale=get_locale,
        language_switch=language_switch,
        today=clock.today,
        labelled=labelled,
    )


def chosen_language() -> str:
    """The address says it, else the cookie, else the person's own choice, else Japanese."""
    if not has_request_context():
        return "ja"
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    kept = request.cookies.get(cookie_name())
    if kept in LANGUAGES:
        return kept
    return "ja" if g.get("bare_page") else getattr(current_user, "language", "ja")


def in_english() -> bool:
    """Is this page in English?"""
    locale = _locale()
    return locale is not None and locale.language == "en"


def _locale() -> Locale | None:
    """What `get_locale` answers, without its detours: a list asks several hundred times."""
    try:
        known: Locale | None = g._flask_babel.babel_locale
    except (AttributeError, RuntimeError):  # not asked yet, or outside of any context
        known = None
    return known or get_locale()


class QuickDomain(Domain):  # type: ignore[misc]
    """Looks each sentence up once a language; Flask-Babel alone took half the time of a list."""

    def __init__(self, app: Flask) -> None:
        """Reads the catalogues that the application names."""
        super().__init__(app.config["BABEL_TRANSLATION_DIRECTORIES"].split(";"))
        self._known: dict[tuple[str, str], str] = {}
        self._ready: dict[tuple[str, str], tuple[Markup, Markup]] = {}

    def gettext(self, string: str, **variables: Any) -> str:
        """The sentence in the reader's language, with its variables in place."""
        locale = _locale()
        key = (locale.language if locale else "", string)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self.get_translations().ugettext(string)
        return found % variables if variables else found

    def in_template(self, string: str, /, **variables: Any) -> Markup:
        """As Jinja's own answers: variables are escaped, a percent sign is written twice."""
        locale = _locale()
        key = (locale.language if locale else "", string)
        found = self._ready.get(key)
        if found is None:
            raw = Markup(self.gettext(string))  # noqa: S704 - ours, no reader's
            found = self._ready[key] = raw, raw.replace("%%", "%")
        return found[0] % variables if variables else found[1]

    def counted(self, one: str, several: str, number: int, /, **variables: Any) -> Markup:
        """The form of the sentence that fits the number, for templates."""
        words = self.get_translations().ungettext(one, several, number)
        return Markup(words) % {"num": number, **variables}  # noqa: S704 - ours, no reader's


def _translate_quickly(app: Flask) -> None:
    domain = QuickDomain(app)
    get_babel().instance.domain_instance = domain
    app.jinja_env.globals.update(
        gettext=domain.in_template, _=domain.in_template, ngettext=domain.counted
    )


@dataclass(frozen=True)
class LanguageSwitch:
    """The link to the same page in the other language."""

    url: str
    label: str
    lang: str


def language_switch() -> LanguageSwitch:
    """Where the other language of this page is; asks of a form's page, not of its answer."""
    other, label = ("ja", "日本語") if in_english() else ("en", "English")
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    query = urlencode([*kept, ("lang", other)])
    return LanguageSwitch(f"{request.path}?{query}", label, other)


def cookie_name() -> str:
    """Behind TLS under a name that no other host can set."""
    return f"__Host-{COOKIE}" if current_app.config["BEHIND_TLS"] else COOKIE


def _remember_choice(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        response.set_cookie(
            cookie_name(),
            asked,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            httponly=True,
            secure=current_app.config["BEHIND_TLS"],
        )
    return response


def named(row: object, field: str = "name") -> str:
    """A text of a row in the page's language: `name_en` or `name_ja`; empty where it is NULL."""
    return getattr(row, f"{field}_en" if in_english() else f"{field}_ja") or ""


def listed(words: Iterable[object]) -> str:
    """Words one after the other, with the page's own comma."""
    return (", " if in_english() else "、").join(str(word) for word in words)


def sentences(*said: object) -> str:
    """One sentence after the other, with a blank between where the language has one."""
    return (" " if in_english() else "").join(str(one) for one in said)


def bracketed(word: object) -> str:
    """A word in the page's own brackets, to stand behind another."""
    return f" ({word})" if in_english() else f"（{word}）"


def labelled(label: object, word: object) -> str:
    """A label and what it says, with the page's own colon."""
    return f"{label}: {word}" if in_english() else f"{label}：{word}"


def date_long(day: date | datetime | None) -> str:
    """令和8年4月1日, or 1 April 2026; empty for None."""
    if day is None:
        return ""
    day = _in_japan(day)
    if in_english():
        return f"{day.day} {day:%B %Y}"
    return wareki.long_date(day)


def date_weekday(day: date) -> str:
    """令和8年4月1日（水）, or Wednesday 1 April 2026."""
    if in_english():
        return f"{day:%A} {date_long(day)}"
    return wareki.long_date_weekday(day)


def date_short(day: date | datetime | None) -> str:
    """令和8.4.1, or 1 Apr 2026, for tables; empty for None."""
    if day is None:
        return ""
    day = _in_japan(day)
    if in_english():
        return f"{day.day} {day:%b %Y}"
    return wareki.short_date(day)


def month(day: date) -> str:
    """令和8年4月, or April 2026."""
    return f"{day:%B %Y}" if in_english() else wareki.month_name(day)


def month_short(day: date) -> str:
    """R8.4, or Apr 2026, under a bar of a chart."""
    return f"{day:%b %Y}" if in_english() else wareki.compact_date(day).rpartition(".")[0]


def instant(at: datetime | None) -> str:
    """Day and time in Japan, short; empty for None."""
    if at is None:
        return ""
    at = clock.local(at)
    if in_english():
        return f"{at.day} {at:%b %Y, %H:%M}"
    return f"{wareki.short_date(at.date())} {wareki.table_time(at.time())}"


def clock_time(at: datetime) -> str:
    """午後2時5分, or 14:05."""
    at = clock.local(at)
    return f"{at:%H:%M}" if in_english() else wareki.clock_time(at.time())


def time_of_day(at: time) -> str:
    """午後2時5分, or 14:05, of a time without a day."""
    return f"{at:%H:%M}" if in_english() else wareki.clock_time(at)


def number(value: int) -> str:
    """12,345."""
    return f"{value:,}"


def _in_japan(day: date | datetime) -> date:
    return clock.local(day).date() if isinstance(day, datetime) else day


def date_problem(error: wareki.DateError) -> str:
    """The sentence for a date that could not be read, naming what is probably meant."""
    match error.reason:
        case wareki.DateProblem.AFTER_ERA if error.probable:
            return _(
                "That era had ended by then. Do you mean %(date)s?",
                date=date_long(error.probable),
            )
        case wareki.DateProblem.NO_SUCH_DAY:
            return _("That month has no such day. Please look at the day.")
        case wareki.DateProblem.NO_SUCH_MONTH:
            return _("There is no such month. Please look at the month.")
        case wareki.DateProblem.BEFORE_ERA:
            return _("That era had not begun by then. Please look at the year.")
    return _("This cannot be read as a date. For example: 令和8年4月1日, R8.4.1 or 2026/4/1.")
