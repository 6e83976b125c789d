"""`make bench`: our pages beside a floor of Flask alone, on invented cases, on this machine."""

import argparse
import importlib
import importlib.util
import os
import time
from pathlib import Path

from tests.bench import inside, table, weight
from tests.bench.pages import FLOORS, Page, chosen
from tests.bench.site import Program, Site
from tests.bench.table import Measured
from tests.bench.wire import Asking, Connection, run

CLIENTS = (1, 8)
WARM_UP = 5
REPORTS = ("details", "suggestions", "chances", "imports", "notices")


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    say(f"{asked.cases:,} cases in {asked.towns} towns; {os.cpu_count()} cores")
    with Site(asked.cases, asked.towns, asked.folder) as site:
        found = measure(site, chosen(asked.only), asked.rounds, asked.seconds)
        load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
        say(f"\n{site.cases:,} cases, load of the machine {load}, {asked.rounds} rounds\n")
        for line in (*table.lines(found), "", *inside.lines(site), "", *weight.lines(site)):
            say(line)
        say(f"memory after load: {site.ours.memory():.0f} MiB, floor {site.floor.memory():.0f} MiB")
    for name in REPORTS:
        report(name)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--towns", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each page in each round")
    parser.add_argument("--folder", type=Path, help="keep the data here, and use it again")
    parser.add_argument("--only", action="append", default=[], help="pages with this word")
    return parser.parse_args()


def say(line: str) -> None:
    """One line, at once."""
    print(line, flush=True)  # noqa: T201 - it is a command


def measure(site: Site, pages: tuple[Page, ...], rounds: int, seconds: float) -> list[Measured]:
    """Round after round every page and the floors beside them, so that all have the same hour."""
    wanted = {page.floor for page in pages if page.floor}
    floors = {name: Measured(FLOORS[name]) for name in sorted(wanted)}
    ours = [Measured(page, floors.get(page.floor or "")) for page in pages]
    running = [(one, site.ours) for one in ours] + [(one, site.floor) for one in floors.values()]
    askings = {one.page.name: one.page.asking(site) for one, _program in running}
    for one, program in running:
        _look(one, program, askings[one.page.name])
    for number in range(rounds):
        began = time.monotonic()
        for one, program in running:
            for clients in CLIENTS:
                before = program.cpu()
                result = run(
                    program.port,
                    askings[one.page.name],
                    wanted=one.page.wanted,
                    clients=clients,
                    seconds=seconds,
                )
                one.add(clients, result, program.cpu() - before)
        say(f"round {number + 1} of {rounds}: {time.monotonic() - began:.0f} s")
    for one in ours:
        one.statements = inside.statements(site, askings[one.page.name], one.page.wanted)
    return [*ours, *floors.values()]


def _look(one: Measured, program: Program, asking: Asking) -> None:
    """Once or twice before it counts, and how long the page is."""
    with Connection(program.port) as connection:
        for number in range(WARM_UP):
            answer = connection.ask(asking(number))
            if answer.status != one.page.wanted:
                raise RuntimeError(f"{one.page.name} answers {answer.status}")
        one.html, one.wire = len(answer.body), len(answer.wire)


def report(name: str) -> None:
    """Print what a module beside this one has to say, where there is one."""
    module = f"tests.bench.{name}"
    if importlib.util.find_spec(module) is None:
        say(f"\n{name}: no such bench yet")
        return
    say("")
    for line in importlib.import_module(module).report():
        say(line)


if __name__ == "__main__":
    main()
