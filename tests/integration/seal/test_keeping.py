"""The keeper asks an authority for stamps, says why there is none, and does not ask again for what it has."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor.keeping import Keeper
from monitor.seal import keyfile, stamp
from monitor.settings import Settings
from monitor.vitals import Vitals
from tests.integration.seal.authority import Authority, found
from tests.unit.test_keeping import Record

AT = datetime(2020, 1, 2, tzinfo=UTC)
"""Long before the authority's clock: the day is over by then."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return found(tmp_path_factory.mktemp("tsa") / "one")


def keeper(folder: Path, url: str, roots: Path) -> tuple[Keeper, Record, Vitals]:
    store, vitals = Record(first=date(2020, 1, 1)), Vitals(started=AT)
    settings = Settings.model_validate({"seal": {"tsa_url": url, "tsa_ca": roots, "tsa_timeout": "5s"}})
    place = keyfile.place_of(folder / "seal-key.pem", {})
    return Keeper(settings, store, vitals, place), store, vitals  # type: ignore[arg-type]


async def test_the_newest_head_is_stamped_once(tmp_path: Path, authority: Authority) -> None:
    async with authority.served() as url:
        keeping, store, vitals = keeper(tmp_path, url, authority.root)
        await keeping.stamp(AT)
        assert (vitals.stamp_problem, store.stamps) == ("", {}), "nothing is sealed yet, so nothing is missing"
        await keeping.beat(AT)
        before = len(authority.asked)
        await keeping.stamp(AT)
        await keeping.stamp(AT)

    assert vitals.stamp_problem == ""
    assert len(authority.asked) - before == 1
    token = store.stamps[1]
    assert stamp.of(store.chain[0], token, stamp.roots_in(authority.root)).authority == "CN=Cap Waktu"


async def test_why_there_is_no_stamp_is_told_until_there_is_one(tmp_path: Path, authority: Authority) -> None:
    stranger = found(tmp_path / "stranger")
    async with stranger.served() as url:
        keeping, store, vitals = keeper(tmp_path, url, authority.root)
        await keeping.beat(AT)
        await keeping.stamp(AT)
        assert "tidak berdiri di bawah akar" in (vitals.stamp_problem or "")
        assert store.stamps == {}, "what does not hold is not kept"
    await keeping.stamp(AT)
    silent = vitals.stamp_problem or ""
    assert silent
    assert url not in silent

    async with authority.served() as url:
        mended, _, _ = keeper(tmp_path, url, authority.root)
        mended._store, mended._vitals = store, vitals  # type: ignore[assignment]
        await mended.stamp(AT)
    assert vitals.stamp_problem == ""
    assert store.stamps.keys() == {1}


@pytest.mark.parametrize(
    ("content", "why"), [(None, "akar cap waktu tidak dapat dibaca"), ("x", "bukan sertifikat PEM")]
)
async def test_roots_that_cannot_be_used_are_told(tmp_path: Path, content: str | None, why: str) -> None:
    roots = tmp_path / "roots.pem"
    if content is not None:
        roots.write_text(content)
    keeping, store, vitals = keeper(tmp_path, "http://127.0.0.1:9/", roots)
    await keeping.beat(AT)

    await keeping.stamp(AT)

    assert why in (vitals.stamp_problem or "")
    assert store.stamps == {}
