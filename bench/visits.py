"""Part a: what a visit costs, against others, over the same servers in the same rounds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench import exporter, machine, regency
from bench.chains import KINDS
from bench.children import Trouble, ask, python, running
from bench.figures import Bar, Figure, Part, ratios
from bench.ground import Ground, ground

SITES = 218
BLACKBOX = "blackbox"
RACERS = {
    "ecdsa": ("visit", BLACKBOX, "httpx", "transport", "floor", "observed", "judged"),
    "rsa": ("visit", BLACKBOX, "httpx", "transport", "floor"),
    "http": ("visit", BLACKBOX, "httpx", "transport", "floor"),
}
"""What is visited (https by kind of key, or plain http) → who races there without looking names up."""
WITH_NAMES = ("visit", "fresh-names")
"""Who races over https once more, with our own resolver in front."""

Ask = Callable[[int], dict[str, Any]]
Costs = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to measure."""

    rounds: int
    looks: int
    """In one round, of each contestant."""
    warming: int = SITES
    """Before the first round: only the first visit to a site is kept as evidence."""


FULL, QUICK = Pace(19, 80), Pace(2, 30, 10)
"""Short rounds and many: what else the machine does then falls on all alike."""


def measure(folder: Path, pace: Pace) -> Part:
    """Everything about visits."""
    ours, servers = machine.cores()
    folder.mkdir()
    with ground(regency.sites(SITES), folder / "ground", servers, ("ecdsa", "rsa")) as place, ExitStack() as stack:
        racers = dict(_racers(stack, place, folder, ours))
        for racer, asked in racers.items():
            _round(racer, asked, pace.warming)
        rounds = _run(racers, pace)
    return _part(rounds, pace)


def _racers(stack: ExitStack, place: Ground, folder: Path, core: int) -> Iterator[tuple[str, Ask]]:
    for where, names in RACERS.items():
        own = folder / where
        own.mkdir()
        setup = partial(_setup, place if where == "http" else place.of(where), own, names=False)
        for name in names:
            if name != BLACKBOX:
                yield f"{where} {name}", stack.enter_context(_prober(name, setup(name), core))
            elif exporter.found():
                other = stack.enter_context(exporter.exporter(setup(name), own / name, core, place.core))
                yield f"{where} {name}", other.round
    own = folder / "names"
    own.mkdir()
    for name in WITH_NAMES:
        yield f"names {name}", stack.enter_context(_prober(name, _setup(place, own, name, names=True), core))


def _setup(place: Ground, folder: Path, name: str, *, names: bool) -> Path:
    """The file that tells a contestant what to do; what belongs to it lies beside."""
    own = folder / name
    own.mkdir()
    scheme = "http" if folder.name == "http" else "https"
    targets = regency.sites(len(place.targets), scheme)
    values = {
        "sites": [(target.kode, target.kind.value, target.url, place.address(target.host)) for target in targets],
        "settings": place.settings(names=names),
        "ports": dict(place.ports),
        "ca_file": str(place.roots[place.kind]),
        "database": str(own / "monitor.db"),
    }
    file = own / "setup.json"
    file.write_text(json.dumps(values), encoding="utf-8")
    return file


@contextmanager
def _prober(name: str, setup: Path, core: int) -> Iterator[Ask]:
    log = setup.with_name(f"{name}.log")
    with running(python("bench.prober", name, setup), core, log) as child:
        yield lambda looks: ask(child, {"looks": looks}, log)


def _run(racers: Mapping[str, Ask], pace: Pace) -> dict[str, list[dict[str, Any]]]:
    """Round by round, in an order that moves on by one each time."""
    results: dict[str, list[dict[str, Any]]] = defaultdict(list)
    order = list(racers)
    for _number in range(pace.rounds):
        for racer in order:
            results[racer].append(_round(racer, racers[racer], pace.looks))
        order.append(order.pop(0))
    return results


def _round(racer: str, asked: Ask, looks: int) -> dict[str, Any]:
    told = asked(looks)
    if told["good"] != looks:
        raise Trouble(f"{racer}: only {told['good']} of {looks} looks were good")
    return told


def _part(rounds: Mapping[str, Sequence[Mapping[str, Any]]], pace: Pace) -> Part:
    costs = {racer: [each["cpu"] * 1000 / pace.looks for each in told] for racer, told in rounds.items()}
    figures = [*_ratios(costs), *_layers(costs)]
    figures += [Figure(name=f"CPU, {racer}", unit="ms", values=tuple(cost)) for racer, cost in costs.items()]
    for racer in ("rsa visit", "rsa blackbox", "rsa httpx", "http visit"):
        if racer in rounds:
            speed = tuple(pace.looks / each["wall"] for each in rounds[racer])
            figures.append(Figure(name=f"speed on one core, {racer}", unit="visits/s", values=speed))
    notes = [f"{pace.rounds} rounds of {pace.looks} looks per contestant, interleaved; each ratio is of one round."]
    if f"http {BLACKBOX}" not in costs:
        notes.append(f"blackbox_exporter was not measured: it is missing; {exporter.HOW_TO_GET}")
    return Part(title="a. visits", figures=tuple(figures), notes=tuple(notes))


def _ratios(costs: Costs) -> Iterator[Figure]:
    first, second, plain = Bar(1.25, 1.0), Bar(0.75, 0.6), Bar(0.9, 0.5)
    wanted = (
        *((f"{kind} visit", f"{kind} {BLACKBOX}", first) for kind in KINDS),
        *((f"{kind} visit", f"{kind} httpx", second) for kind in KINDS),
        ("http visit", f"http {BLACKBOX}", plain),
        *((f"{kind} transport", f"{kind} {BLACKBOX}", None) for kind in KINDS),
        *((f"{kind} floor", f"{kind} {BLACKBOX}", None) for kind in KINDS),
        ("http visit", "http httpx", None),
    )
    for over, under, bar in wanted:
        if over in costs and under in costs:
            yield Figure(name=f"{over} ÷ {under}", unit="×", values=ratios(costs, over, under), bar=bar)


def _layers(costs: Costs) -> Iterator[Figure]:
    """What each layer adds to the one below."""
    layers = (
        ("transport over floor", "ecdsa transport", "ecdsa floor"),
        ("observe over transport", "ecdsa observed", "ecdsa transport"),
        ("runner and judges over observe", "ecdsa judged", "ecdsa observed"),
        ("pipeline and store over judged", "ecdsa visit", "ecdsa judged"),
        ("cached names over none", "names visit", "ecdsa visit"),
        ("a look-up over none", "names fresh-names", "ecdsa transport"),
    )
    for name, above, below in layers:
        values = tuple((more - less) * 1000 for more, less in zip(costs[above], costs[below], strict=True))
        yield Figure(name=f"layer: {name}", unit="µs", values=values)
