"""The quick reading of a page is the browser's, or it leaves the page to the slow one."""

import html5lib
import pytest

from tests.house import crawl
from tests.trees import UnwrittenError, as_written, parsed

WHOLE = "<!doctype html><html><head><title>x</title></head><body>{}</body></html>"


def said(element):
    """Name, attributes, and what stands in it: texts without their white space, and elements."""
    inside = [" ".join((element.text or "").split())]
    for child in element:
        if isinstance(child.tag, str):  # and not a comment
            inside.append(said(child))
        inside.append(" ".join((child.tail or "").split()))
    return element.tag, sorted(element.attrib.items()), list(filter(None, inside))


def slowly(html):
    return html5lib.parse(html, namespaceHTMLElements=False)


@pytest.mark.parametrize("login", ["mori", "sato"])
def test_every_page_is_read_as_a_browser_reads_it(request, app, sign_in, aoi, sato, mori, login):
    browser = sign_in(request.getfixturevalue(login))
    for page in crawl.pages(app, crawl.fill_town(aoi, sato, mori)):
        answer = browser.get(page.url)
        if page.is_whole and answer.status_code == 200 and "<svg" not in answer.text:
            assert said(as_written(answer.text)) == said(slowly(answer.text)), page.url


@pytest.mark.parametrize(
    "part",
    [
        "<table><tr><td>x</td></tr></table>",
        "<p>one<div>two</div></p>",
        "<p>one<p>two",
        "<ul><li>one<li>two</ul>",
        "<select><option>one<option>two</select>",
        "<b><i>one</b></i>",
        "<div/>two",
        "<svg viewBox='0 0 1 1'></svg>",
        "<textarea>a\0b</textarea>",
        "<p>one<!-- two --> three</p>",
        "</body></html>afterwards",
    ],
)
def test_what_is_left_to_the_browser_is_read_slowly(part):
    html = WHOLE.format(part)
    with pytest.raises(UnwrittenError):
        as_written(html)
    assert said(parsed(html)) == said(slowly(html))


@pytest.mark.parametrize(
    "part",
    [
        "<textarea>\r\n\r\none &amp; two\r\n</textarea>",
        "<pre>\none\n</pre>",
        "<p>one<br>two <b>three</b> four</p>",
        "<input value='&quot;&lt;&#12354;' disabled><script>if (1 < 2) { '</p>' }</script>",
        "<table><tbody><tr><td>x</td></tr></tbody></table>",
    ],
)
def test_what_is_written_out_is_read_quickly_and_the_same(part):
    html = WHOLE.format(part)
    quick, slow = as_written(html), slowly(html)
    assert said(quick) == said(slow)
    texts = [
        [box.text for name in ("textarea", "pre") for box in t.iter(name)] for t in (quick, slow)
    ]
    assert texts[0] == texts[1]
