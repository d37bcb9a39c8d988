"""Availability over a month: what SPBE asks for, and the agreed level."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from grafana import frame, parts
from grafana.parts import Ask, Look

_S = 'jenis=~"$jenis",jenis!="domain"'
_AVAILABLE = f"kode:monitor_target_available:bool{{{_S}}}"
_SHARE = f"avg_over_time({_AVAILABLE}[$__range])"
_GOAL = "max by (jenis) (monitor_availability_target_ratio)"
_MONTH = f'monitor_availability_ratio{{window="month",{_S}}}'
_UNOBSERVED = f'avg_over_time(monitor_target_state{{state="tidak-teramati",{_S}}}[$__range])'


def dashboard() -> Dashboard:
    """`monitor-spbe`."""
    made = frame.dashboard(
        "monitor-spbe",
        "Pantau: SPBE & tingkat layanan bulanan",
        "Ketersediaan sebulan menurut Prometheus; berkas bukti yang tersegel dibuat oleh pemantau sendiri.",
        "now/M",
        "15m",
    ).with_variable(frame.jenis('monitor_target_state{jenis!="domain"}'))
    return _course(_sites(_now(_recorded(made))))


def _recorded(made: Dashboard) -> Dashboard:
    """What the monitor itself reckons, by the function that also makes the evidence."""
    return (
        made.with_row(Row("Bulan ini, menurut catatan pemantau"))
        .with_panel(
            parts.stat_panel(
                "Ketersediaan bulan ini",
                "Rata-rata atas semua situs sejak tanggal 1; dihitung seperti dalam berkas bukti, dibulatkan ke bawah.",
                f"avg({_MONTH})",
                parts.PERCENT,
                height=10,
            )
        )
        .with_panel(
            parts.stat_panel(
                "Di bawah sasaran bulan ini",
                "Situs yang belum mencapai sasaran jenisnya.",
                f"count({_MONTH} < on (jenis) group_left () {_GOAL}) or vector(0)",
                Look(steps=parts.ALARM_ABOVE_0),
                height=10,
            )
        )
        .with_panel(
            parts.bars(
                "Sasaran per jenis",
                "Ketersediaan yang harus dicapai dalam sebulan, menurut setelan.",
                Ask(f"{_GOAL} and on (jenis) monitor_targets{{{_S}}}", "{{jenis}}"),
                Look(unit="percentunit", decimals=2, most=1),
                span=4,
                height=10,
            )
        )
        .with_panel(
            parts.rows(
                "Ketersediaan bulan ini per situs",
                "Lima puluh yang terendah.",
                f"bottomk(50, {_MONTH})",
                {"kode": "Kode", "jenis": "Jenis", "instance": "Alamat", "Value": "Ketersediaan"},
                parts.PERCENT,
                height=10,
            )
        )
    )


def _now(made: Dashboard) -> Dashboard:
    made = made.with_row(Row("Rentang yang ditampilkan"))
    for title, about, expr, look in (
        (
            "Ketersediaan rata-rata",
            "Rata-rata atas semua situs; terganggu tetap dapat dicapai, yang tidak teramati tidak dihitung.",
            f"avg({_SHARE})",
            parts.PERCENT,
        ),
        ("Ketersediaan terendah", "Situs yang paling sering turun.", f"min({_SHARE})", parts.PERCENT),
        (
            "Tidak teramati",
            "Bagian waktu yang tidak diamati siapa pun.",
            f"avg({_UNOBSERVED})",
            Look(unit="percentunit", decimals=2, steps=((None, parts.GREEN), (0.01, parts.YELLOW), (0.05, parts.RED))),
        ),
        (
            "Di bawah sasaran",
            "Situs yang ketersediaannya dalam rentang ini di bawah sasaran jenisnya.",
            f"count({_SHARE} < on (jenis) group_left () {_GOAL}) or vector(0)",
            Look(steps=parts.ALARM_ABOVE_0),
        ),
        (
            "Waktu tanggap rata-rata",
            "Rata-rata atas semua situs.",
            f"avg(avg_over_time(probe_duration_seconds{{{_S}}}[$__range]))",
            parts.DURATION,
        ),
        (
            "Nilai rata-rata",
            "Nilai keamanan rata-rata, 0 sampai 100.",
            f"avg(monitor_target_grade{{{_S}}})",
            Look(steps=parts.GRADE, decimals=1),
        ),
    ):
        made = made.with_panel(parts.stat_panel(title, about, expr, look))
    return made


def _sites(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Per jenis dan situs"))
        .with_panel(
            parts.bars(
                "Ketersediaan per jenis",
                "Rata-rata situs setiap jenis.",
                Ask(f"avg by (jenis) ({_SHARE})", "{{jenis}}"),
                parts.PERCENT,
                height=12,
            )
        )
        .with_panel(
            parts.rows(
                "Ketersediaan per situs",
                "Lima puluh yang terendah.",
                f"bottomk(50, {_SHARE})",
                {"kode": "Kode", "jenis": "Jenis", "instance": "Alamat", "Value": "Ketersediaan"},
                parts.PERCENT,
                span=16,
                height=12,
            )
        )
        .with_panel(
            parts.rows(
                "Paling lama tidak teramati",
                "Dua puluh situs yang paling lama tidak dapat diamati.",
                f"topk(20, {_UNOBSERVED})",
                {"kode": "Kode", "jenis": "Jenis", "instance": "Alamat", "Value": "Tidak teramati"},
                Look(
                    unit="percentunit", decimals=2, steps=((None, parts.GREEN), (0.01, parts.YELLOW), (0.05, parts.RED))
                ),
                descending=True,
            )
        )
        .with_panel(
            parts.rows(
                "Waktu tanggap rata-rata",
                "Dua puluh situs yang rata-rata paling lambat.",
                f"topk(20, avg_over_time(probe_duration_seconds{{{_S}}}[$__range]))",
                {"kode": "Kode", "jenis": "Jenis", "instance": "Alamat", "Value": "Rata-rata"},
                parts.DURATION,
                descending=True,
            )
        )
    )


def _course(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Perjalanan"))
        .with_panel(
            parts.lines(
                "Situs yang dapat dicapai",
                "Bagian situs yang dapat dicapai di antara yang teramati, per jenis.",
                [Ask(f"avg by (jenis) ({_AVAILABLE})", "{{jenis}}")],
                Look(unit="percentunit", decimals=2, most=1),
            )
        )
        .with_panel(
            parts.lines(
                "Nilai rata-rata",
                "Nilai keamanan rata-rata per jenis.",
                [Ask('jenis:monitor_target_grade:avg{jenis=~"$jenis"}', "{{jenis}}")],
                Look(least=0, most=100, decimals=1),
            )
        )
    )
