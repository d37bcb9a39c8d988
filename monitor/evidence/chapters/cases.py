"""Content incidents, findings, and what people did about them."""

from __future__ import annotations

from collections.abc import Iterator

from monitor import words
from monitor.evidence import standing
from monitor.evidence.blocks import Block, Head, Prose, right, table
from monitor.evidence.chapters.phrases import first, instant, opened, resolved
from monitor.evidence.data import ContentIncident, FindingRow, MonthData
from monitor.evidence.grids import measured
from monitor.model import Severity

_GRAVE = Severity.MEDIUM.rank
"""Findings from here on stand in the report one by one."""


def content(month: MonthData) -> Iterator[Block]:
    """Incidents with their timelines."""
    yield Prose(
        text=(
            "Insiden keamanan konten: sisipan konten judi daring, dugaan web defacement, pengambilalihan, dan "
            "penyamaran. "
            "Alamat berbahaya sengaja tidak dapat diklik. Pelaporan lebih lanjut (Peraturan BSSN 1/2024) adalah "
            "tindakan orang."
        )
    )
    heads = (
        Head("Insiden", 0.9), Head("Tingkat", 0.9), Head("Situs", 1.6), Head("Temuan", 2.4), Head("Dibuka", 1.15),
        Head("Selesai", 1.15), Head("Diterima oleh", 1.4), right("Bukti", 0.6),
    )  # fmt: skip
    dismissed = standing.dismissed_incidents(month)
    rows = (_incident_row(item, is_dismissed=item.number in dismissed) for item in month.content)
    yield table("Insiden konten", measured(month), heads, rows)
    for item in month.content[:_TOLD]:
        yield table(
            f"Lini masa INS-{item.number}",
            measured(month),
            (Head("Waktu", 1.2), Head("Kejadian", 1.2), Head("Oleh", 1.2), Head("Keterangan", 4)),
            ((instant(act.at), act.verb, act.actor or "pemantau", act.text or words.DASH) for act in item.timeline),
            note=_kept(item),
        )


_TOLD = 20
"""Incidents told line by line."""


def _incident_row(item: ContentIncident, *, is_dismissed: bool) -> tuple[str, ...]:
    titles = "; ".join(item.titles) + (" (ditandai positif palsu)" if is_dismissed else "")
    taken = f"{item.acknowledged_by}, {instant(item.acknowledged)}" if item.acknowledged else "belum diterima"
    return (
        f"INS-{item.number}", words.SEVERITIES[item.severity], ", ".join(item.kodes), titles,
        instant(item.opened), "belum" if item.resolved is None else instant(item.resolved), taken,
        words.number(len(item.exhibits)),
    )  # fmt: skip


def _kept(item: ContentIncident) -> str:
    if not item.exhibits:
        return ""
    return (
        f"{words.number(len(item.exhibits))} bukti tersimpan; sidik SHA-256 masing-masing ada di csv/bukti-konten.csv."
    )


def findings(month: MonthData) -> Iterator[Block]:
    """Counts, kinds, acts, and those that matter one by one."""
    yield table(
        "Temuan per tingkat keparahan",
        measured(month),
        (
            Head("Tingkat", 2),
            right("Dari bulan lalu", 1),
            right("Dibuka", 1),
            right("Selesai", 1),
            right("Terbuka di akhir", 1),
        ),
        (
            (
                words.SEVERITIES[item.severity], words.number(item.carried), words.number(item.opened),
                words.number(item.resolved), words.number(item.open),
            )
            for item in month.severities
        ),
        note=standing.dismissed_counts(month),
    )  # fmt: skip
    yield _by_rule(month)
    yield _acted(month)
    yield _grave(month)


def _by_rule(month: MonthData) -> Block:
    groups: dict[str, list[FindingRow]] = {}
    for finding in month.findings:
        groups.setdefault(finding.code, []).append(finding)
    ordered = sorted(groups.items(), key=lambda pair: (-max(item.severity.rank for item in pair[1]), pair[0]))
    rows = (
        (
            code, items[0].title, words.SEVERITIES[max((item.severity for item in items), key=lambda one: one.rank)],
            words.number(len({item.kode for item in items})), words.number(opened(items)),
            words.number(resolved(items)), words.number(sum(item.is_open for item in items)),
        )
        for code, items in ordered
    )  # fmt: skip
    heads = (
        Head("Kode temuan", 2), Head("Judul", 3), Head("Tingkat", 0.9), right("Situs", 0.7), right("Dibuka", 0.8),
        right("Selesai", 0.8), right("Terbuka", 0.9),
    )  # fmt: skip
    return table("Temuan per jenis", measured(month), heads, rows)


def _acted(month: MonthData) -> Block:
    acts = [(finding, act) for finding in month.findings for act in finding.acts]
    shown, note = first(sorted(acts, key=lambda pair: (pair[1].at, pair[0].number)), "tindak-lanjut")
    return table(
        "Tindakan koreksi yang dicatat orang",
        measured(month),
        (
            Head("Waktu", 1.2), Head("Temuan", 0.8), Head("Kode", 0.9), Head("Judul", 2.2), Head("Tindakan", 1.1),
            Head("Oleh", 1.3), Head("Catatan", 2.6),
        ),
        (
            (
                instant(act.at), f"T-{finding.number}", finding.kode, finding.title, act.verb, act.actor or words.DASH,
                act.text or words.DASH,
            )
            for finding, act in shown
        ),
        note=note,
        empty="Tidak ada tindakan yang dicatat orang pada bulan ini.",
    )  # fmt: skip


def _grave(month: MonthData) -> Block:
    listed = [item for item in month.findings if item.severity.rank >= _GRAVE]
    listed.sort(key=lambda item: (-item.severity.rank, item.opened, item.number))
    shown, note = first(listed, "temuan")
    heads = (
        Head("No.", 0.7), Head("Kode", 0.95), Head("Temuan", 3.4), Head("Tingkat", 0.8), Head("Dibuka", 1.35),
        Head("Selesai", 1.35), Head("Tindak lanjut", 1.7),
    )  # fmt: skip
    rows = (
        (
            f"T-{item.number}", item.kode, item.sentence, words.SEVERITIES[item.severity], instant(item.opened),
            "terbuka" if item.resolved is None else instant(item.resolved), _last_act(item),
        )
        for item in shown
    )  # fmt: skip
    return table("Temuan tingkat sedang ke atas", measured(month), heads, rows, note=note)


def _last_act(finding: FindingRow) -> str:
    if not finding.acts:
        return "belum ada"
    act = finding.acts[-1]
    return f"{act.verb} oleh {act.actor or words.DASH}, {instant(act.at)}"
