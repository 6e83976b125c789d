"""Keeping the directory: who may, what follows, what is recorded."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry, TextRevision
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.resources import drafting, queries, service
from tracker.resources.models import OPEN, USABLE, Resource, ResourceStatus

KEEPERS = ("sato", "nishi", "mori", "hara", "yama")
OTHERS = ("aoi", "kato", "iin", "ono", "tani", "ken", "kanri", "kansa")
VERBS = (service.confirm, service.set_live, service.end_resource)


def when(clock):
    """Now and today, as every verb takes them."""
    return {"at": clock.now(), "today": the_clock.today()}


def last_entry():
    """The newest entry of the audit log."""
    return db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


# --- who may ---


@pytest.mark.both
@pytest.mark.parametrize("login", KEEPERS)
def test_centre_coordinator_and_officer_enter_resources(login, request, app):
    keeper = request.getfixturevalue(login)
    made = factories.make_resource(by=keeper)
    assert (made.municipality_id, made.assured_by_id) == (98201, keeper.person_id)


@pytest.mark.parametrize("login", OTHERS)
def test_nobody_else_enters_a_resource_of_the_town(login, request, clock, sato):
    other = request.getfixturevalue(login)
    draft = factories.resource_draft(*factories.areas_kept(sato))
    with pytest.raises(NotAllowedError):
        service.add_resource(draft, by=other, **when(clock))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("login", OTHERS)
def test_nobody_else_takes_a_step_with_it(verb, login, request, clock, sato):
    made = factories.make_resource(by=sato, status=ResourceStatus.TRIAL)
    with pytest.raises(NotAllowedError):
        verb(made, by=request.getfixturevalue(login), **when(clock))


@pytest.mark.parametrize("login", OTHERS)
def test_nobody_else_changes_it(login, request, clock, sato):
    made = queries.get_resource(sato, factories.make_resource(by=sato).id)
    draft = drafting.as_drafted(made)
    with pytest.raises(NotAllowedError):
        service.change_resource(made, draft, by=request.getfixturevalue(login), **when(clock))


@pytest.mark.both
def test_the_centre_of_the_west_keeps_what_the_east_entered(sato, nishi, clock):
    made = factories.make_resource(by=sato, assured_days_ago=200)
    service.confirm(made, by=nishi, **when(clock))
    assert (made.assured_on, made.assured_by_id) == (the_clock.today(), nishi.person_id)


# --- entering ---


@pytest.mark.both
def test_what_an_action_brings_begins_today(yama, clock):
    draft = factories.resource_draft(*factories.areas_kept(yama))
    made = service.add_resource(draft, by=yama, **when(clock))
    assert (made.status, made.started_on) == (ResourceStatus.LIVE, the_clock.today())


def test_what_is_only_prepared_has_not_begun(yama, clock):
    draft = factories.resource_draft(*factories.areas_kept(yama))
    made = service.add_resource(draft, by=yama, status=ResourceStatus.PLANNED, **when(clock))
    assert made.started_on is None


def test_what_was_there_already_has_no_invented_beginning(yama):
    assert factories.make_resource(by=yama).started_on is None


def test_without_an_english_name_the_japanese_stands_for_it(yama):
    assert factories.make_resource(by=yama, name_en="").name_en == "見晴らし号"


@pytest.mark.parametrize("field", drafting.NEEDED)
def test_what_is_needed_to_ask_for_it_must_be_there(field, yama):
    with pytest.raises(InvalidInputError) as refused:
        factories.make_resource(by=yama, **{field: ""})
    assert refused.value.field == field


@pytest.mark.parametrize("field", drafting.LISTS)
def test_an_answer_that_stands_in_no_list_is_refused(field, yama):
    with pytest.raises(InvalidInputError) as refused:
        factories.make_resource(by=yama, **{field: "NONE_SUCH"})
    assert refused.value.field == field


@pytest.mark.parametrize("act_types", [(), ("XX99",), ("HK03", "XX99")])
def test_at_least_one_known_type_must_be_chosen(act_types, yama):
    with pytest.raises(InvalidInputError) as refused:
        factories.make_resource(by=yama, act_types=act_types)
    assert refused.value.field == "act_types"


def test_no_area_or_an_unknown_one_is_refused(yama, clock):
    for areas in ((), (999_999,)):
        with pytest.raises(InvalidInputError) as refused:
            service.add_resource(factories.resource_draft(*areas), by=yama, **when(clock))
        assert refused.value.field == "area_ids"


def test_a_resource_belongs_to_one_town(yama, tani, clock):
    both = [*factories.areas_kept(yama), *factories.areas_kept(tani)]
    mori_and_tani = replace(yama, standings=(*yama.standings, *tani.standings))
    with pytest.raises(InvalidInputError) as refused:
        service.add_resource(factories.resource_draft(*both), by=mori_and_tani, **when(clock))
    assert refused.value.field == "area_ids"


def test_a_beginning_in_the_future_is_refused(yama, clock):
    tomorrow = clock.move(days=1).date()
    clock.move(days=-1)
    with pytest.raises(InvalidInputError) as refused:
        factories.make_resource(by=yama, started_on=tomorrow)
    assert refused.value.field == "started_on"


def test_an_individual_number_is_stopped_at_the_door(yama):
    with pytest.raises(InvalidInputError):
        factories.make_resource(by=yama, content="マイナンバー 123456789018 の方")


# --- life ---


@pytest.mark.both
@pytest.mark.parametrize("status", sorted(set(ResourceStatus) - {ResourceStatus.LIVE}))
def test_whatever_is_not_in_use_can_be_put_into_use(status, yama, clock):
    made = factories.make_resource(by=yama, status=status if status in OPEN else OPEN[-1])
    if status is ResourceStatus.ENDED:
        service.end_resource(made, by=yama, **when(clock))
    clock.move(days=3)
    service.set_live(made, by=yama, **when(clock))
    assert (made.status, made.ended_on) == (ResourceStatus.LIVE, None)
    assert made.assured_on == made.started_on == the_clock.today()


def test_putting_back_keeps_the_first_beginning(yama, clock):
    first = the_clock.today()
    made = factories.make_resource(by=yama, started_on=first)
    service.end_resource(made, by=yama, **when(clock))
    clock.move(days=3)
    service.set_live(made, by=yama, **when(clock))
    assert made.started_on == first


def test_what_is_in_use_is_not_put_into_use_again(yama, clock):
    with pytest.raises(ConflictError):
        service.set_live(factories.make_resource(by=yama), by=yama, **when(clock))


@pytest.mark.both
@pytest.mark.parametrize("status", OPEN)
def test_everything_can_end_today(status, yama, clock):
    made = factories.make_resource(by=yama, status=status)
    service.end_resource(made, by=yama, **when(clock))
    assert (made.status, made.ended_on) == (ResourceStatus.ENDED, the_clock.today())


def test_what_has_ended_is_neither_ended_nor_confirmed_nor_changed_again(yama, clock):
    made = queries.get_resource(yama, factories.make_resource(by=yama).id)
    service.end_resource(made, by=yama, **when(clock))
    draft = drafting.as_drafted(made)
    with pytest.raises(ConflictError):
        service.end_resource(made, by=yama, **when(clock))
    with pytest.raises(ConflictError):
        service.confirm(made, by=yama, **when(clock))
    with pytest.raises(ConflictError):
        service.change_resource(made, draft, by=yama, **when(clock))


def test_nothing_is_entered_or_changed_as_ended(yama, clock):
    with pytest.raises(InvalidInputError):
        factories.make_resource(by=yama, status=ResourceStatus.ENDED)
    made = queries.get_resource(yama, factories.make_resource(by=yama).id)
    with pytest.raises(InvalidInputError):
        service.change_resource(
            made, drafting.as_drafted(made), by=yama, status=ResourceStatus.ENDED, **when(clock)
        )


# --- changing ---


@pytest.mark.both
def test_a_change_replaces_words_areas_and_types(yama, sato, clock):
    made = queries.get_resource(yama, factories.make_resource(by=yama).id)
    (east,) = factories.areas_kept(sato)
    draft = factories.resource_draft(east, content="週3回になった。", act_types=("MV02", "HK03"))
    service.change_resource(made, draft, by=yama, **when(clock))
    db.session.commit()
    made = queries.get_resource(yama, made.id)
    assert [area.id for area in made.areas] == [east]
    assert [act.code for act in made.act_types] == ["HK03", "MV02"]
    assert made.content == "週3回になった。"


def test_a_change_does_not_vouch_for_the_rest(yama, clock):
    made = factories.make_resource(by=yama, assured_days_ago=200)
    assured_on = made.assured_on
    made = queries.get_resource(yama, made.id)
    service.change_resource(made, drafting.as_drafted(made), by=yama, **when(clock))
    assert made.assured_on == assured_on


def test_a_trial_that_becomes_usable_begins_then(yama, clock):
    made = factories.make_resource(by=yama, status=ResourceStatus.PLANNED)
    made = queries.get_resource(yama, made.id)
    service.change_resource(
        made, drafting.as_drafted(made), by=yama, status=ResourceStatus.TRIAL, **when(clock)
    )
    assert (made.status in USABLE, made.started_on) == (True, the_clock.today())


def test_a_resource_does_not_move_to_another_town(yama, tani, clock):
    made = queries.get_resource(yama, factories.make_resource(by=yama).id)
    both = replace(yama, standings=(*yama.standings, *tani.standings))
    elsewhere = factories.resource_draft(*factories.areas_kept(tani))
    with pytest.raises(InvalidInputError) as refused:
        service.change_resource(made, elsewhere, by=both, **when(clock))
    assert refused.value.field == "area_ids"


# --- what is recorded ---


@pytest.mark.both
@pytest.mark.parametrize(
    ("verb", "name"),
    [
        (service.confirm, "resource.confirmed"),
        (service.set_live, "resource.live"),
        (service.end_resource, "resource.ended"),
    ],
)
def test_each_step_writes_one_sealed_entry(verb, name, yama, clock):
    made = factories.make_resource(by=yama, status=ResourceStatus.TRIAL)
    before = last_entry().id
    verb(made, by=yama, **when(clock))
    entry = last_entry()
    assert (entry.verb, entry.subject, entry.subject_id) == (name, "resources", made.id)
    assert entry.id == before + 1
    assert list(audit.verify({}) or []) == []


def test_the_log_keeps_codes_and_hashes_but_no_words(yama, clock):
    made = queries.get_resource(yama, factories.make_resource(by=yama).id)
    assert "食料品" not in str(last_entry().facts)
    assert last_entry().facts["now"]["act_types"] == ["HK03"]
    draft = replace(drafting.as_drafted(made), content="週3回になった。", fee="FREE")
    service.change_resource(made, draft, by=yama, **when(clock))
    facts = last_entry().facts
    assert (facts["was"], facts["now"]) == ({"fee": "MARKET"}, {"fee": "FREE"})
    assert list(facts["texts"]) == ["content"]
    kept = db.session.scalars(sa.select(TextRevision.text)).all()
    assert kept == ["食料品と日用品を積んだ車が集会所を回る。"]


def test_what_was_vouched_for_is_recorded(yama, clock):
    draft = factories.resource_draft(*factories.areas_kept(yama))
    service.enter_resource(draft, by=yama, confirmed_details=["content"], **when(clock))
    assert last_entry().facts["now"]["details_confirmed"] == ["content"]


def test_two_keepers_at_once_do_not_overwrite_each_other(yama):
    made = factories.make_resource(by=yama)
    assert made.version == 1
    made.cost = "200円"
    db.session.commit()
    assert db.session.get_one(Resource, made.id).version == 2
