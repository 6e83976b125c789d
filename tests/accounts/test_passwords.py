"""What may be a password, and that it stays as it was typed."""

import argon2
import pytest

from tests import factories
from tests.client import parsed
from tracker.accounts import passwords
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.errors import InvalidInputError

GOOD = "傘の柄は竹でできています"
AS_TYPED = [
    "  a blank before and behind  ",
    "ｆｕｌｌ　ｗｉｄｔｈ　ｕｍｂｒｅｌｌａ",
    "が゛か゛ーデンのうえの傘です",
    "☂️ unter dem Schirm 🌂🌂",
    "<b>&amp; ' \" \\ %s {{ 7*7 }}",
    "葛󠄀城の梅雨は長いとおもう",
    GOOD * 10 + "八文字以上のあと",
]


def refused(password, login="natsu", words=()):
    """Is it refused?"""
    try:
        passwords.check(password, login=login, words=words)
    except InvalidInputError as error:
        return error.field == "password"
    return False


@pytest.mark.parametrize("password", AS_TYPED, ids=range(len(AS_TYPED)))
def test_every_sign_is_taken_and_nothing_is_changed(app, natsu, sign_in, client, enter, password):
    typed = {"old_password": factories.PASSWORD, "password": password, "again": password}
    assert sign_in(natsu).send("/account/password", typed).status_code == 303
    kept = db.session.get_one(Person, natsu.person_id).password_hash
    assert passwords.matches(kept, password)
    assert not passwords.matches(kept, password.strip() + ".")
    assert enter(client, "natsu", password).status_code == 303


def test_a_password_is_not_cut_not_folded_and_not_put_in_small_letters(app):
    kept = passwords.hashed("Ａbc" + GOOD * 9)
    same_to_some = ["Abc" + GOOD * 9, "Ａbc" + GOOD * 8, "ａbc" + GOOD * 9, "Ａbc" + GOOD * 9 + " "]
    assert [passwords.matches(kept, other) for other in same_to_some] == [False] * 4


@pytest.mark.parametrize(
    ("password", "wanted"),
    [("傘の柄は竹でできてい", True), (GOOD, False), (GOOD * 10 + "12345678", False)],
)
def test_from_twelve_to_128_signs(app, password, wanted):
    assert refused(password) is wanted
    assert refused("x" * 129)


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "qwertyuiop12",
        "passwordpassword",
        "1q2w3e4r5t6y",
        "Butterfly12345",
        "Outstanding1",
        "kakehashi2026!",
        "chiikikaigo11",
        "かけはしかけはしかけはし",
        "natsunatsunatsu",
        "MIHARASHI-shi2026",
        "あおいケアプランあおいケア1",
    ],
)
def test_what_others_guess_first_is_refused(app, password):
    assert refused(password, words=["見晴市", "Miharashi", "shi", "あおいケアプラン", "あおいケア"])


def test_thousands_that_many_people_have_chosen_are_known():
    marks = {line for line in passwords.COMMON.read_text("ascii").splitlines() if line[0] != "#"}
    assert len(marks) > 3_900
    assert {len(mark) for mark in marks} == {16}
    assert refused("123456782000")
    assert refused("111222333444555")


def test_no_kind_of_sign_has_to_be_in_it(app):
    plain = ["ohne grosse buchstaben gehts", "OHNE KLEINE BUCHSTABEN GEHTS", GOOD]
    assert not any(refused(password) for password in plain)


def test_it_is_kept_by_argon2id_at_a_cost_of_its_own(monkeypatch):
    real = argon2.PasswordHasher(time_cost=4, memory_cost=64 * 1024, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", real)
    kept = passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=4,p=1$")
    assert (passwords.matches(kept, GOOD), passwords.matches(kept, GOOD + "。")) == (True, False)


def test_boxes_for_passwords_are_masked_and_managers_may_fill_them(app, client, sign_in, natsu):
    pages = [client.get("/sign-in"), sign_in(natsu).get("/account/")]
    boxes = [
        box
        for page in pages
        for box in parsed(page.text).iter("input")
        if "password" in (box.get("name") or "") or box.get("name") == "again"
    ]
    assert len(boxes) == 4
    assert {box.get("type") for box in boxes} == {"password"}
    fills = {"current-password", "new-password"}
    assert {box.get("autocomplete") for box in boxes} == fills
