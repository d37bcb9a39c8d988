"""What the NOC has on its wall: how many are down, which, since when it goes this way."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from grafana import frame, parts
from grafana.parts import Ask, Look

_J = 'jenis=~"$jenis"'


def dashboard() -> Dashboard:
    """`monitor-noc`."""
    made = frame.dashboard(
        "monitor-noc", "Pantau: ringkasan NOC", "Keadaan semua situs dan domain Kabupaten Purbalingga saat ini."
    ).with_variable(frame.jenis("monitor_target_state"))
    return _trend(_lists(_now(made)))


def _now(made: Dashboard) -> Dashboard:
    made = made.with_row(Row("Sekarang"))
    for state, title, steps in (
        ("turun", "Turun", parts.ALARM_ABOVE_0),
        ("terganggu", "Terganggu", parts.WARN_ABOVE_0),
        ("tidak-teramati", "Tidak teramati", ((None, parts.GREEN), (1, parts.GREY))),
        ("aktif", "Aktif", ((None, parts.GREEN),)),
    ):
        made = made.with_panel(
            parts.stat_panel(
                title,
                f"Sasaran yang keadaannya terkonfirmasi “{title.lower()}”.",
                f'sum(monitor_target_state{{state="{state}",{_J}}})',
                Look(steps=steps),
                span=3,
            )
        )
    return (
        made.with_panel(
            parts.stat_panel(
                "Insiden terbuka",
                "Insiden yang belum selesai, untuk NOC dan CSIRT, semua jenis.",
                "sum(monitor_incidents_open)",
                Look(steps=parts.WARN_ABOVE_0),
                span=3,
            )
        )
        .with_panel(
            parts.stat_panel(
                "Belum diambil",
                "Insiden terbuka yang belum ditangani siapa pun.",
                "sum(monitor_incidents_unacknowledged)",
                Look(steps=parts.ALARM_ABOVE_0),
                span=3,
            )
        )
        .with_panel(
            parts.stat_panel(
                "Pemeliharaan",
                "Sasaran yang sedang dalam pemeliharaan terencana.",
                f"sum(monitor_target_maintenance{{{_J}}})",
                span=3,
            )
        )
        .with_panel(
            parts.stat_panel(
                "Jaringan pemantau",
                "Apakah jaringan mesin pemantau sendiri tersambung; bila tidak, keadaan situs tidak dapat diketahui.",
                "max(monitor_vantage_connected) or vector(-1)",
                Look(labelled=parts.WELL, steps=((None, parts.GREY), (0, parts.RED), (1, parts.GREEN))),
                span=3,
            )
        )
    )


def _lists(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Yang perlu dilihat"))
        .with_panel(
            parts.rows(
                "Situs turun dan terganggu",
                "2 = terganggu, 1 = turun. Klik kodenya untuk membuka papan pantau.",
                f"kode:monitor_target_state:code{{{_J}}} > 0 < 3",
                {"kode": "Kode", "jenis": "Jenis", "instance": "Alamat", "Value": "Keadaan"},
                Look(labelled=parts.STATES, empty="Tidak ada situs yang turun atau terganggu"),
            )
        )
        .with_panel(
            parts.rows(
                "Nilai terendah",
                "Lima belas sasaran dengan nilai keamanan terendah (0 sampai 100).",
                f"bottomk(15, monitor_target_grade{{{_J}}})",
                {"kode": "Kode", "jenis": "Jenis", "instance": "Alamat", "Value": "Nilai"},
                Look(steps=parts.GRADE),
            )
        )
        .with_panel(
            parts.rows(
                "Paling lambat",
                "Lima belas situs yang kunjungan terakhirnya paling lama.",
                f"topk(15, probe_duration_seconds{{{_J}}})",
                {"kode": "Kode", "jenis": "Jenis", "instance": "Alamat", "Value": "Lama"},
                parts.DURATION,
                descending=True,
            )
        )
        .with_panel(
            parts.bars(
                "Kode jawaban HTTP",
                "Berapa situs menjawab dengan kode apa pada kunjungan terakhir; 0 berarti tidak menjawab.",
                Ask(f'count_values("kode_http", probe_http_status_code{{{_J}}})', "{{kode_http}}"),
                span=6,
                height=9,
            )
        )
        .with_panel(
            parts.bars(
                "Sasaran per jenis",
                "Berapa sasaran yang dipantau.",
                Ask(f"monitor_targets{{{_J}}}", "{{jenis}}"),
                span=6,
                height=9,
            )
        )
    )


def _trend(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Perjalanan"))
        .with_panel(
            parts.lines(
                "Keadaan sasaran",
                "Jumlah sasaran menurut keadaannya.",
                [Ask(f"sum by (state) (jenis:monitor_target_state:sum{{{_J}}})", "{{state}}")],
                colours=parts.STATE_COLOURS,
                stacked=True,
            )
        )
        .with_panel(
            parts.lines(
                "Turun per jenis",
                "Jumlah sasaran yang turun.",
                [Ask(f'jenis:monitor_target_state:sum{{state="turun",{_J}}}', "{{jenis}}")],
                Look(least=0),
            )
        )
        .with_panel(
            parts.lines(
                "Waktu tanggap p95",
                "Sembilan puluh lima dari seratus situs lebih cepat daripada ini, per jenis.",
                [Ask(f"jenis:probe_duration_seconds:p95{{{_J}}}", "{{jenis}}")],
                parts.DURATION,
            )
        )
        .with_panel(
            parts.lines(
                "Insiden terbuka",
                "Menurut penerima dan keparahan terburuknya.",
                [Ask("sum by (audience, severity) (monitor_incidents_open)", "{{audience}} {{severity}}")],
                Look(least=0),
                stacked=True,
            )
        )
    )
