"""The month that ended is handed out by a real process, while the daemon's store holds the record."""

from __future__ import annotations

import asyncio
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import regency, year
from monitor.app import OURSELVES
from monitor.availability import parse_month
from monitor.evidence import verify
from monitor.monthly import Monthly, ended
from monitor.seal import Sealer, keyfile
from monitor.store import Store
from monitor.vitals import Vitals
from tests.lab import pointers

DAY = timedelta(days=1)


async def test_it_makes_the_bundle_notes_it_and_does_not_make_it_again(tmp_path: Path) -> None:
    now = datetime.now(UTC)  # the process has a clock of its own
    month = ended(now)
    since, until = parse_month(month)
    url = f"sqlite:///{tmp_path}/monitor.db"
    year.generate(url, regency.sites(2), since, since + DAY, seed=1)
    config = tmp_path / "monitor.toml"
    config.write_text(pointers.toml({"database": {"url": url}, "evidence": {"directory": str(tmp_path / "keluar")}}))
    vitals = Vitals(started=until - DAY)
    store = Store.open(url, vitals)
    sealer = Sealer(store, keyfile.chosen(None, tmp_path / "monitor.db"))
    while await sealer.seal_due(until + DAY, limit=40):
        pass
    await store.roll_up(until + DAY, limit=10_000)
    made = Monthly(store, vitals, lambda: until + DAY, (*OURSELVES, "--config", str(config)), wanted=True)
    try:
        await made.beat()
        assert made._making is not None
        await asyncio.wait_for(made._making, 300)
        assert vitals.evidence_problem == ""
        (held,) = await store.frozen(month)
        (file,) = (tmp_path / "keluar").iterdir()
        verdict = verify.verify(file)
        assert (verdict.fault, verdict.is_signed) == (None, True)
        assert verdict.manifest["period"]["key"] == month
        with zipfile.ZipFile(file) as bundle:
            assert "laporan.pdf" in bundle.namelist()
        await made.beat()
        assert made._making.done()
        assert await store.frozen(month) == (held,)
    finally:
        await made.aclose()
        await store.close()


async def test_what_cannot_be_written_is_told_with_the_reason_the_process_gave(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    since, until = parse_month(ended(now))
    url = f"sqlite:///{tmp_path}/monitor.db"
    year.generate(url, regency.sites(1), since, since + timedelta(hours=2), seed=1)
    (tmp_path / "berkas").write_text("")
    config = tmp_path / "monitor.toml"
    config.write_text(
        pointers.toml({"database": {"url": url}, "evidence": {"directory": str(tmp_path / "berkas" / "keluar")}})
    )
    vitals = Vitals(started=since)
    store = Store.open(url, vitals)
    await store.roll_up(until + DAY, limit=10_000)
    made = Monthly(store, vitals, lambda: until + DAY, (*OURSELVES, "--config", str(config)), wanted=True)
    try:
        await made.beat()
        assert made._making is not None
        await asyncio.wait_for(made._making, 300)
        assert "kode 2" in (vitals.evidence_problem or "")
        assert "tidak dapat ditulis" in (vitals.evidence_problem or "")
    finally:
        await made.aclose()
        await store.close()
