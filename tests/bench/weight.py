"""How much goes over the wire when somebody opens the filing page for the first time."""

from collections.abc import Iterator

from tests.bench.site import Site
from tests.bench.wire import Answer, Connection, Question
from tests.client import parsed

MOST = 60_000  # bytes


def lines(site: Site) -> Iterator[str]:
    """The page and everything it loads, without a cache."""
    with Connection(site.ours.port) as connection:
        page = connection.ask(Question("/cases/new", site.filers[0].cookie))
        loaded = [("/cases/new", page)]
        for path in _files(page.body.decode()):
            loaded.append((path, connection.ask(Question(path))))
    for path, answer in loaded:
        zipped = answer.header("content-encoding") or "as it is"
        yield f"  {len(answer.body):>7,} {len(answer.wire):>7,}  {path} ({zipped})"
    whole = sum(_weight(answer) for _path, answer in loaded if not _is_picture(answer))
    heads = sum(answer.head_bytes for _path, answer in loaded)
    mark = "ok" if whole <= MOST else "—"
    yield f"filing page without cache, html, css and js: {whole:,} bytes (≤ {MOST:,}) {mark}"
    yield f"  and {heads:,} bytes of headers; pictures are not counted"


def _weight(answer: Answer) -> int:
    return len(answer.wire)


def _is_picture(answer: Answer) -> bool:
    return answer.header("content-type").startswith("image/")


def _files(page: str) -> Iterator[str]:
    """Style sheets, scripts and pictures, each once."""
    tree, seen = parsed(page), set[str]()
    for name, attribute in (("link", "href"), ("script", "src"), ("img", "src")):
        for element in tree.iter(name):
            path = element.get(attribute) or ""
            if path.startswith("/static/") and path not in seen:
                seen.add(path)
                yield path
