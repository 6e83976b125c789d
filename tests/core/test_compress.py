"""What goes over the wire small, what must not, and what a browser is told about it."""

import gzip

import pytest

from tests.client import parsed
from tracker.core.compress import LEAST

SHEET, SMALL = "/static/css/tracker.css", "/static/js/ime.js"
TAKES = {"Accept-Encoding": "gzip, deflate, br"}
OURS = {**TAKES, "Sec-Fetch-Site": "same-origin"}


def plain(answer):
    """The body as a browser reads it."""
    zipped = answer.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(answer.data) if zipped else answer.data


def is_small(answer):
    return answer.headers.get("Content-Encoding") == "gzip"


# Pages.


def test_a_page_says_the_same_compressed_and_is_half_as_long_at_most(sign_in, aoi):
    browser = sign_in(aoi)
    large, small = browser.get("/cases/"), browser.get("/cases/", headers=OURS)
    assert not is_small(large)
    assert is_small(small)
    titles = {parsed(plain(answer).decode()).findtext(".//title") for answer in (large, small)}
    assert len(titles) == 1
    assert len(small.data) * 2 < len(large.data)
    assert int(small.headers["Content-Length"]) == len(small.data)


def test_a_page_tells_caches_what_it_depends_on(sign_in, aoi):
    assert "Accept-Encoding" in sign_in(aoi).get("/cases/").vary


@pytest.mark.parametrize("said", ["cross-site", "same-site"])
def test_a_page_asked_for_by_another_site_goes_out_as_it_is(sign_in, aoi, said):
    answer = sign_in(aoi).get("/cases/", headers={**TAKES, "Sec-Fetch-Site": said})
    assert (answer.status_code, is_small(answer)) == (200, False)


def test_a_page_that_was_typed_in_is_compressed(sign_in, aoi):
    assert is_small(sign_in(aoi).get("/cases/", headers={**TAKES, "Sec-Fetch-Site": "none"}))


def test_behind_tls_a_browser_that_does_not_say_where_it_comes_from_gets_plain_pages(app, client):
    assert is_small(client.get("/sign-in", headers=TAKES))
    app.config["BEHIND_TLS"] = True
    assert not is_small(client.get("/sign-in", headers=TAKES))
    assert is_small(client.get("/sign-in", headers=OURS))


@pytest.mark.parametrize("taken", ["", "br", "identity", "gzip;q=0", "gzip;q=0, *;q=0"])
@pytest.mark.parametrize("url", ["/sign-in", SHEET])
def test_who_does_not_take_gzip_gets_none(client, url, taken):
    answer = client.get(url, headers={"Accept-Encoding": taken})
    assert (answer.status_code, is_small(answer)) == (200, False)


def test_an_error_page_is_compressed_like_any_other(client):
    answer = client.get("/no-such", headers=OURS)
    assert (answer.status_code, is_small(answer)) == (404, True)


def test_a_tiny_answer_stays_as_it_is(client):
    answer = client.get("/healthz", headers=OURS)
    assert len(answer.data) < LEAST
    assert not is_small(answer)


def test_a_redirect_is_left_alone(client):
    answer = client.get("/cases/", headers=OURS)
    assert (answer.status_code, is_small(answer)) == (303, False)


def test_asking_for_the_head_of_a_page_gives_its_headers_alone(client):
    answer = client.head("/sign-in", headers=OURS)
    assert (is_small(answer), answer.data) == (True, b"")


# Static files.


def test_a_file_is_the_same_compressed(client):
    large = client.get(SHEET)
    for _again in range(2):  # the second comes from memory
        small = client.get(SHEET, headers=TAKES)
        assert (is_small(small), is_small(large)) == (True, False)
        assert plain(small) == large.data


def test_a_file_is_compressed_once(app, client, monkeypatch):
    client.get(SHEET, headers=TAKES)
    monkeypatch.setattr(gzip, "compress", None)
    assert is_small(client.get(SHEET, headers=TAKES))


@pytest.mark.own_app
def test_a_file_that_changed_is_compressed_anew(app, client, tmp_path):
    app.static_folder = str(tmp_path)
    sheet = tmp_path / "sheet.css"
    for words in ("body { color: black }\n" * 100, "body { color: navy }\n" * 200):
        sheet.write_text(words)
        assert plain(client.get("/static/sheet.css", headers=TAKES)).decode() == words


def test_a_file_from_another_site_is_compressed_too(client):
    assert is_small(client.get(SHEET, headers={**TAKES, "Sec-Fetch-Site": "cross-site"}))


def test_a_picture_and_a_tiny_file_stay_as_they_are(client):
    for url in ("/static/icon.png", SMALL):
        answer = client.get(url, headers=TAKES)
        assert (answer.status_code, is_small(answer)) == (200, False)
        assert not answer.get_etag()[1]


def test_both_forms_of_a_file_tell_caches_apart(client):
    for headers in ({}, TAKES):
        assert "Accept-Encoding" in client.get(SHEET, headers=headers).vary


def test_the_tag_of_a_compressed_file_is_weak_and_that_of_the_file_itself_is_not(client):
    (strong, is_weak), (weak, is_weak_too) = (
        client.get(SHEET, headers=headers).get_etag() for headers in ({}, TAKES)
    )
    assert (strong, is_weak, is_weak_too) == (weak, False, True)


@pytest.mark.parametrize("headers", [{}, TAKES], ids=["plain", "compressed"])
def test_a_file_that_the_browser_has_is_not_sent_again(client, headers):
    tag = client.get(SHEET, headers=headers).headers["ETag"]
    again = client.get(SHEET, headers={**headers, "If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "Accept-Encoding" in again.vary


def test_a_part_of_a_file_is_a_part_of_the_file_itself(client):
    answer = client.get(SHEET, headers={**TAKES, "Range": "bytes=0-9"})
    assert (answer.status_code, len(answer.data), is_small(answer)) == (206, 10, False)
