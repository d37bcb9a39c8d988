"""Whether the county's mail can be trusted: SPF, DKIM, DMARC, servers, encryption."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from grafana import frame, parts
from grafana.parts import Ask, Look

_MAIL = 'code=~"mail[.].+"'
_GROUPS = (
    ("SPF", "Siapa yang boleh mengirim atas nama domain.", "mail[.]spf_.+"),
    ("DKIM", "Tanda tangan pada surat.", "mail[.]dkim_.+"),
    ("DMARC", "Apa yang diminta dari penerima surat palsu.", "mail[.]dmarc_.+"),
    ("Server (MX)", "Server yang menerima surat.", "mail[.]mx_.+"),
    ("Enkripsi", "STARTTLS, sertifikat dan DANE server surat.", "mail[.](starttls|tls_outdated|certificate|tlsa).*"),
    ("MTA-STS & TLS-RPT", "Kebijakan enkripsi yang diumumkan.", "mail[.](mta_sts|tls_rpt)_.+"),
)


def dashboard() -> Dashboard:
    """`monitor-surel`."""
    made = frame.dashboard(
        "monitor-surel", "Pantau: surel", "Keamanan surel setiap domain kabupaten dan desa.", "now-7d", "5m"
    )
    return _trend(_domains(_now(made)))


def _now(made: Dashboard) -> Dashboard:
    made = made.with_row(Row("Temuan terbuka"))
    for title, about, codes in _GROUPS:
        expr = f'sum(monitor_findings_open{{code=~"{codes}"}}) or vector(0)'
        made = made.with_panel(parts.stat_panel(title, about, expr, Look(steps=parts.WARN_ABOVE_0)))
    return made


def _domains(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Domain"))
        .with_panel(
            parts.stat_panel("Domain dipantau", "Domain situs dan surel.", 'monitor_targets{jenis="domain"}', height=5)
        )
        .with_panel(
            parts.stat_panel(
                "Domain dengan temuan surel",
                "Yang sedang, tinggi, atau kritis.",
                f"count(count by (kode) (monitor_target_finding{{{_MAIL}}})) or vector(0)",
                Look(steps=parts.WARN_ABOVE_0),
                height=5,
            )
        )
        .with_panel(
            parts.stat_panel(
                "Pemeriksaan terlama",
                "Umur pemeriksaan surel pada domain yang paling lama tidak diperiksa; seharusnya setiap jam.",
                'max(monitor_check_age_seconds{check="mail"})',
                Look(unit="s", decimals=None, steps=((None, parts.GREEN), (9000, parts.RED))),
                height=5,
            )
        )
        .with_panel(
            parts.bars(
                "Keparahan",
                "Temuan surel menurut keparahan.",
                Ask(f"sum by (severity) (monitor_findings_open{{{_MAIL}}})", "{{severity}}"),
                span=12,
                height=5,
            )
        )
        .with_panel(
            parts.rows(
                "Temuan per domain",
                "Yang sedang, tinggi, atau kritis; klik kodenya untuk melihat bukti dan cara memperbaiki.",
                f"sum by (kode, instance, code, severity) (monitor_target_finding{{{_MAIL}}})",
                {"kode": "Domain", "code": "Temuan", "severity": "Keparahan", "Value": "Banyaknya"},
                height=12,
            )
        )
        .with_panel(
            parts.rows(
                "Domain dengan nilai terendah",
                "Nilai keamanan domain, 0 sampai 100.",
                'bottomk(30, monitor_target_grade{jenis="domain"})',
                {"kode": "Domain", "instance": "Alamat", "Value": "Nilai"},
                Look(steps=parts.GRADE),
                height=12,
            )
        )
    )


def _trend(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Perjalanan"))
        .with_panel(
            parts.lines(
                "Temuan surel menurut keparahan",
                "Semua domain.",
                [Ask(f"sum by (severity) (monitor_findings_open{{{_MAIL}}})", "{{severity}}")],
                Look(least=0),
                colours=parts.SEVERITY_COLOURS,
                stacked=True,
            )
        )
        .with_panel(
            parts.rows(
                "Temuan menurut kode",
                "Banyaknya domain dan situs dengan setiap temuan surel.",
                f"sum by (code, severity) (monitor_findings_open{{{_MAIL}}})",
                {"code": "Temuan", "severity": "Keparahan", "Value": "Banyaknya"},
                height=8,
                descending=True,
            )
        )
    )
