"""Sentences in templates: in the page's language, with what is put into them escaped."""

import contextvars

import pytest
from flask import render_template_string
from flask_babel import force_locale
from markupsafe import Markup

FILED = "{{ _('Filed. The number is %(number)s.', number=number) }}"


@pytest.fixture
def said(app):
    """A template as a reader of this language sees it."""

    def render(template, language, values):
        with app.test_request_context(f"/?lang={language}"):
            return render_template_string(template, **values)

    def alone(template, language="ja", **values):
        """Without the contexts of the test, as on a server."""
        return contextvars.Context().run(render, template, language, values)

    return alone


def test_a_sentence_is_said_in_the_language_of_the_page(said):
    assert [said("{{ _('Sign in') }}", lang) for lang in ("ja", "en", "ja")] == [
        "サインイン",
        "Sign in",
        "サインイン",
    ]


def test_what_is_put_into_a_sentence_is_escaped(said):
    assert "&lt;b&gt;R8" in said(FILED, number="<b>R8")
    assert "<b>R8" in said(FILED, number=Markup("<b>R8"))


def test_the_same_sentence_takes_other_words_each_time(said):
    assert ["R8-1" in said(FILED, number="R8-1"), "R8-2" in said(FILED, number="R8-2")] == [
        True,
        True,
    ]


def test_a_percent_sign_is_written_twice_with_and_without_variables(said):
    assert said("{{ _('5 %% of it') }}") == "5 % of it"
    assert said("{{ _('%(n)s %% of it', n=7) }}") == "7 % of it"


def test_one_and_several_are_told_apart(said):
    template = "{{ ngettext('%(num)s case', '%(num)s cases', count) }}"
    assert [said(template, "en", count=count) for count in (1, 2)] == ["1 case", "2 cases"]
    assert said(template, count=2).startswith("2")


def test_a_block_of_words_is_translated_too(said):
    assert said("{% trans %}Sign in{% endtrans %}") == "サインイン"


def test_another_language_can_be_forced_for_a_while(app):
    with app.test_request_context("/?lang=ja"):
        with force_locale("en"):
            assert render_template_string("{{ _('Sign in') }}") == "Sign in"
        assert render_template_string("{{ _('Sign in') }}") == "サインイン"


def test_without_a_request_it_is_japanese(app):
    template = app.jinja_env.from_string("{{ _('Sign in') }}")
    assert template.render() == "サインイン"
