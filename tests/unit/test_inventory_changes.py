"""Written and read again, compared, watched: what the inventory says of itself over time."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import InventoryError, Problem
from monitor.inventory import FILES, Changed, Edit, InventoryDiff, diff, dump, fingerprint, load, render
from monitor.inventory.columns import NAMES, PREFIXES
from monitor.model import Criticality, Kind, Target, Verification
from tests.unit.making import target

PREFIX = {kind: prefix for prefix, kind in PREFIXES.items()}

labels = st.from_regex(r"[a-z][a-z0-9-]{0,9}[a-z0-9]", fullmatch=True)
printable = st.characters(exclude_categories=("C", "Z"), include_characters=" ,;\"'")
lines = (
    st.text(printable, max_size=40).map(str.strip).filter(lambda text: not text.startswith(("=", "+", "-", "@", "#")))
)
notes = st.lists(lines, max_size=3).map("\n".join).map(str.strip)
mails = st.builds("{}@{}.desa.id".format, labels, labels)


@st.composite
def urls(draw: st.DrawFn, number: int) -> str:
    scheme = draw(st.sampled_from(["http", "https"]))
    host = draw(st.sampled_from([f"{draw(labels)}.go.id", "10.0.0.7", "[2001:db8::7]"]))
    port = draw(st.sampled_from(["", ":80", ":8443"]))
    return f"{scheme}://{host}{port}/{number}{draw(st.sampled_from(['', '?a=b', '/c,d;e']))}"


@st.composite
def inventories(draw: st.DrawFn) -> tuple[Target, ...]:
    """Faultless targets, in the files' order."""
    kinds = sorted(draw(st.lists(st.sampled_from(list(PREFIXES.values())), max_size=8)), key=_file)
    return tuple(draw(_targets(number, kind)) for number, kind in enumerate(kinds))


def _file(kind: Kind) -> int:
    return next(number for number, kinds in enumerate(FILES.values()) if kind in kinds)


@st.composite
def _targets(draw: st.DrawFn, number: int, kind: Kind) -> Target:
    verification = draw(st.sampled_from(Verification))
    suggestion = st.none() | urls(1000 + number) if verification is Verification.NEEDED else st.none()
    return Target(
        kode=f"{PREFIX[kind]}-{number:03}",
        kind=kind,
        name=draw(lines.filter(bool)),
        url=draw(urls(number)),
        mail=draw(st.none() | mails),
        owner=draw(lines),
        criticality=draw(st.sampled_from(Criticality)),
        active=draw(st.booleans()),
        source=draw(lines),
        verification=verification,
        suggested_url=draw(suggestion),
        note=draw(notes),
    )


@given(inventories())
@settings(deadline=None, max_examples=60)
def test_what_is_written_is_what_is_read(targets: tuple[Target, ...]) -> None:
    with TemporaryDirectory() as directory:
        dump(targets, Path(directory))

        assert load(Path(directory)) == targets


scribbles = st.text('kode,;"\n\r\t=#…\ufeff\x07', max_size=80)
contents = st.one_of(
    st.binary(max_size=200),
    scribbles.map(str.encode),
    scribbles.map(lambda text: f"{','.join(NAMES)}\n{text}".encode()),
    scribbles.map(lambda text: f"{','.join(NAMES)},{text}".encode()),
)


@given(st.sampled_from(sorted(FILES)), contents)
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_an_inventory_or_lines_that_a_terminal_takes(file: str, content: bytes) -> None:
    with TemporaryDirectory() as directory:
        dump((), Path(directory))
        (Path(directory) / file).write_bytes(content)

        assert all(str(problem).isprintable() for problem in _problems(Path(directory)))


def _problems(directory: Path) -> tuple[Problem, ...]:
    try:
        load(directory)
    except InventoryError as error:
        return error.problems
    return ()


@given(inventories(), inventories())
@settings(deadline=None, max_examples=60)
def test_a_difference_leads_from_the_old_to_the_new(old: tuple[Target, ...], new: tuple[Target, ...]) -> None:
    difference = diff(old, new)

    gone = {target.kode for target in difference.retired}
    became = {changed.old.kode: changed.new for changed in difference.changed}
    kept = {target.kode: became.get(target.kode, target) for target in old if target.kode not in gone}
    assert kept | {target.kode: target for target in difference.added} == {target.kode: target for target in new}


@given(inventories())
@settings(deadline=None, max_examples=30)
def test_an_inventory_does_not_differ_from_itself_in_another_order(targets: tuple[Target, ...]) -> None:
    difference = diff(targets, reversed(targets))

    assert difference == InventoryDiff()
    assert not difference


def test_a_change_is_told_cell_by_cell() -> None:
    old = target(mail="a@x.go.id", active=True)
    new = replace(old, mail=None, active=False)

    difference = diff([old], [new])

    assert difference.changed == (Changed(old, new),)
    assert difference.changed[0].edits == (Edit("surel", "a@x.go.id", ""), Edit("aktif", "ya", "tidak"))


def test_a_site_under_a_new_kode_is_noticed() -> None:
    old = target("OPD-001", url="https://x.go.id")
    new = replace(old, kode="OPD-031")

    difference = diff([old], [new, target("OPD-032")])

    assert difference.recoded == (Changed(old, new),)
    assert (difference.retired, len(difference.added)) == ((old,), 2)


def test_a_fingerprint_stays_while_nobody_writes(tmp_path: Path) -> None:
    dump([target()], tmp_path)
    (tmp_path / "README").write_text("bukan CSV")

    before = fingerprint(tmp_path)
    (tmp_path / "README").write_text("masih bukan")

    assert fingerprint(tmp_path) == before


def test_a_fingerprint_differs_after_a_write_of_the_same_size(tmp_path: Path) -> None:
    dump([target()], tmp_path)
    before = fingerprint(tmp_path)
    path = tmp_path / "opd.csv"
    seen = path.stat()

    path.write_bytes(path.read_bytes().swapcase())
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))

    assert fingerprint(tmp_path) != before


def test_a_fingerprint_differs_after_a_replacement_with_the_same_date(tmp_path: Path) -> None:
    dump([target()], tmp_path)
    before = fingerprint(tmp_path)
    path, other = tmp_path / "opd.csv", tmp_path / "baru"
    seen = path.stat()
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(seen.st_atime_ns, seen.st_mtime_ns))

    other.replace(path)

    assert fingerprint(tmp_path) != before


def test_a_fingerprint_differs_when_a_file_goes(tmp_path: Path) -> None:
    dump([target()], tmp_path)
    before = fingerprint(tmp_path)

    (tmp_path / "desa.csv").unlink()

    assert fingerprint(tmp_path) != before


def test_a_missing_folder_has_a_fingerprint_too(tmp_path: Path) -> None:
    assert fingerprint(tmp_path / "tiada") == ()


def test_writing_leaves_nothing_but_the_files(tmp_path: Path) -> None:
    dump([target()], tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == set(FILES)


def test_a_file_is_written_as_utf_8_without_a_mark(tmp_path: Path) -> None:
    office = target(name="Kafé – “Perwira”")

    dump([office], tmp_path)

    assert (tmp_path / "opd.csv").read_bytes() == render([office]).encode()
