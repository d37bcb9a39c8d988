"""What the CSIRT acts on: hijacked content, cloaking, take-overs, and who has which finding."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from grafana import frame, parts
from grafana.parts import Ask, Look

_THEIRS = 'audience="csirt",jenis=~"$jenis"'
_CONTENT = 'code=~"(content|cloaking|ownership|redirect|names|software)[.].+"'


def dashboard() -> Dashboard:
    """`monitor-csirt`."""
    made = frame.dashboard(
        "monitor-csirt", "Pantau: temuan CSIRT", "Penyusupan, penyamaran, pengalihan dan pengambilalihan.", "now-7d"
    ).with_variable(frame.jenis("monitor_target_state"))
    return _trend(_where(_now(made)))


def _now(made: Dashboard) -> Dashboard:
    made = made.with_row(Row("Sekarang"))
    for severity, steps in (
        ("kritis", parts.ALARM_ABOVE_0),
        ("tinggi", parts.ALARM_ABOVE_0),
        ("sedang", parts.WARN_ABOVE_0),
    ):
        made = made.with_panel(
            parts.stat_panel(
                severity.capitalize(),
                f"Temuan terbuka untuk CSIRT yang {severity}.",
                f'sum(monitor_target_finding{{severity="{severity}",{_THEIRS}}}) or vector(0)',
                Look(steps=steps),
            )
        )
    return (
        made.with_panel(
            parts.stat_panel(
                "Situs terdampak",
                "Sasaran dengan sedikitnya satu temuan untuk CSIRT.",
                f"count(count by (kode) (monitor_target_finding{{{_THEIRS}}})) or vector(0)",
                Look(steps=parts.ALARM_ABOVE_0),
            )
        )
        .with_panel(
            parts.stat_panel(
                "Insiden CSIRT",
                "Insiden CSIRT yang belum selesai, semua jenis.",
                'sum(monitor_incidents_open{audience="csirt"})',
                Look(steps=parts.ALARM_ABOVE_0),
            )
        )
        .with_panel(
            parts.stat_panel(
                "Umpan SIEM",
                "Apakah SIEM menerima yang terakhir dikirim.",
                "max(monitor_feed_ok) or vector(-1)",
                Look(labelled=parts.WELL, steps=((None, parts.GREY), (0, parts.RED), (1, parts.GREEN))),
            )
        )
    )


def _where(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Di mana"))
        .with_panel(
            parts.rows(
                "Temuan CSIRT per situs",
                "Klik kodenya untuk bukti, laporan dan cara memulihkan.",
                f"monitor_target_finding{{{_THEIRS}}}",
                {
                    "kode": "Kode",
                    "jenis": "Jenis",
                    "instance": "Alamat",
                    "code": "Temuan",
                    "severity": "Keparahan",
                    "Value": "Banyaknya",
                },
                Look(empty="Tidak ada temuan untuk CSIRT"),
                span=16,
                height=12,
            )
        )
        .with_panel(
            parts.bars(
                "Menurut temuan",
                "Temuan CSIRT yang terbuka.",
                Ask(f"sum by (code) (monitor_target_finding{{{_THEIRS}}})", "{{code}}"),
                Look(empty="Tidak ada temuan untuk CSIRT"),
                height=12,
            )
        )
        .with_panel(
            parts.rows(
                "Isi, penyamaran, kepemilikan, perangkat lunak",
                "Semua temuan jenis ini, untuk siapa pun.",
                f"sum by (code, severity) (monitor_findings_open{{{_CONTENT}}})",
                {"code": "Temuan", "severity": "Keparahan", "Value": "Banyaknya"},
                descending=True,
            )
        )
        .with_panel(
            parts.bars(
                "Semua temuan menurut keparahan",
                "Atas semua sasaran dan penerima.",
                Ask("severity:monitor_findings_open:sum", "{{severity}}"),
                span=12,
                height=9,
            )
        )
    )


def _trend(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Perjalanan"))
        .with_panel(
            parts.lines(
                "Temuan CSIRT menurut keparahan",
                "Temuan terbuka pada sasaran yang dipilih.",
                [Ask(f"sum by (severity) (monitor_target_finding{{{_THEIRS}}})", "{{severity}}")],
                Look(least=0, empty="Tidak ada temuan untuk CSIRT"),
                colours=parts.SEVERITY_COLOURS,
                stacked=True,
            )
        )
        .with_panel(
            parts.lines(
                "Semua temuan menurut keparahan",
                "Atas semua sasaran dan penerima.",
                [Ask("severity:monitor_findings_open:sum", "{{severity}}")],
                Look(least=0),
                colours=parts.SEVERITY_COLOURS,
                stacked=True,
            )
        )
    )
