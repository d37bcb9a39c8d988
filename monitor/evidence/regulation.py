"""The regulation's own tables with the STATUS that was measured, for the yearly review of the Peta Rencana."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from monitor import words
from monitor.evidence.data import MailFigure, RegulationRow, RegulationTable, Site, Status
from monitor.model import State, Verification

_PLACE = re.compile(r"\s*(?P<source>.+?) no\. (?P<number>\d+)\s*")
_SITE_MEANING = (
    "AKTIF: situs menjawab pada akhir masa pengukuran (termasuk bila terganggu). TIDAK AKTIF: situs dinyatakan turun. "
    "TIDAK TERAMATI: tidak ada yang dapat melihat, atau situs tidak dipantau."
)
_MAIL_MEANING = (
    "Kotak surel tidak diuji satu per satu; STATUS adalah keadaan domain surelnya. AKTIF: server surel domain ada dan "
    "menjawab. TIDAK AKTIF: domain tidak dapat menerima surel. TIDAK TERAMATI: tidak ada yang dapat memastikan."
)
STATUS_OF: Mapping[State, Status] = {
    State.UP: Status.ACTIVE,
    State.DEGRADED: Status.ACTIVE,
    State.DOWN: Status.INACTIVE,
    State.UNOBSERVED: Status.UNOBSERVED,
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the regulation as the file names it."""

    key: str
    source: str
    title: str
    columns: tuple[str, str, str, str]
    is_mail: bool
    drop: str
    """What names have in front in the inventory and not in the regulation."""


@dataclass(frozen=True, slots=True)
class Move:
    """What the regulation says of a service on a domain that is no government's."""

    asks: str
    mandated: bool


@lru_cache(maxsize=1)
def _file() -> dict[str, object]:
    return tomllib.loads((files(__package__) / "regulation.toml").read_text(encoding="utf-8"))


def name() -> str:
    """The regulation's name in full."""
    return str(_file()["regulation"])


def moves() -> Mapping[str, Move]:
    """What the regulation asks for, by kode."""
    listed: list[dict[str, object]] = _file()["move"]  # type: ignore[assignment]
    return {str(item["kode"]): Move(str(item["asks"]), bool(item.get("mandated"))) for item in listed}


def shapes() -> Iterator[Table]:
    """The tables in the regulation's order, without rows."""
    listed: list[dict[str, object]] = _file()["table"]  # type: ignore[assignment]
    for item in listed:
        no, who, what, status = map(str, item["columns"])  # type: ignore[call-overload]
        yield Table(
            str(item["key"]),
            str(item["source"]),
            str(item["title"]),
            (no, who, what, status),
            bool(item.get("mail")),
            str(item.get("drop", "")),
        )


def tables(
    sites: Iterable[Site], mail: Iterable[MailFigure], domains: Mapping[str, Status]
) -> tuple[RegulationTable, ...]:
    """Every table with the rows that *sites* cite; *domains*: what is known of each mail domain."""
    listed, looked = tuple(sites), {figure.domain: figure.looked for figure in mail}
    return tuple(
        RegulationTable(
            key=shape.key,
            title=shape.title,
            columns=shape.columns,
            meaning=_MAIL_MEANING if shape.is_mail else _SITE_MEANING,
            rows=tuple(sorted(_rows(shape, listed, looked, domains), key=lambda row: (row.number, row.kode))),
        )
        for shape in shapes()
    )


def _rows(
    shape: Table, sites: Iterable[Site], looked: Mapping[str, datetime | None], domains: Mapping[str, Status]
) -> Iterator[RegulationRow]:
    for site in sites:
        for number in _numbers(site.source, shape.source):
            if shape.is_mail:
                yield _mail_row(site, number, looked, domains)
            else:
                yield _site_row(site, number, site.name.removeprefix(shape.drop))


def _numbers(cited: str, source: str) -> Iterator[int]:
    """The rows of the table *source* that the inventory's *cited* names."""
    for part in cited.split(";"):
        found = _PLACE.fullmatch(part)
        if found and found["source"] == source:
            yield int(found["number"])


def _site_row(site: Site, number: int, name: str) -> RegulationRow:
    return RegulationRow(
        number=number,
        name=name,
        value=site.url,
        status=STATUS_OF[site.state] if site.active and site.retired is None else Status.UNOBSERVED,
        note="; ".join(_notes(site)),
        kode=site.kode,
        looked=site.last_look,
    )


def _notes(site: Site) -> Iterator[str]:
    if site.retired is not None:
        yield f"keluar dari inventaris {words.table(site.retired)}"
    elif not site.active:
        yield "tidak dipantau"
    if site.figures.ratio is not None:
        yield f"ketersediaan {words.percent(site.figures.ratio)}"
    if site.verification is Verification.NEEDED:
        yield f"alamat perlu diverifikasi; usulan: {site.suggested_url or words.DASH}"


def _mail_row(
    site: Site, number: int, looked: Mapping[str, datetime | None], domains: Mapping[str, Status]
) -> RegulationRow:
    address = site.mail or ""
    domain = address.rpartition("@")[2]
    return RegulationRow(
        number=number,
        name=site.name,
        value=address,
        status=domains.get(domain, Status.UNOBSERVED),
        kode=site.kode,
        looked=looked.get(domain),
    )
