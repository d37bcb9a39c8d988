"""What ends: certificates, chains and domains; and which TLS is spoken."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from grafana import frame, parts
from grafana.parts import Ask, Look

_J = 'jenis=~"$jenis"'
_END = f"(probe_ssl_earliest_cert_expiry{{{_J}}} - time())"
_DOMAIN_END = "(monitor_domain_expiry_timestamp_seconds - time())"
_OLD = "SSL.+|TLS 1.0|TLS 1.1"
_CODES = "(certificate|tls|registration|zone)[.].+"


def dashboard() -> Dashboard:
    """`monitor-tls`."""
    made = frame.dashboard(
        "monitor-tls", "Pantau: TLS & domain", "Sertifikat dan domain yang akan berakhir, dan mutu TLS.", "now-7d", "5m"
    ).with_variable(frame.jenis('monitor_target_state{jenis!="domain"}'))
    return _quality(_ends(_now(made)))


def _now(made: Dashboard) -> Dashboard:
    made = made.with_row(Row("Sekarang"))
    for title, about, expr, steps in (
        (
            "Sudah berakhir",
            "Sertifikat yang masa berlakunya lewat.",
            f"count({_END} < 0) or vector(0)",
            parts.ALARM_ABOVE_0,
        ),
        (
            "Berakhir dalam 7 hari",
            "Belum lewat, tetapi tinggal seminggu.",
            f"count({_END} > 0 < 604800) or vector(0)",
            parts.ALARM_ABOVE_0,
        ),
        (
            "Berakhir dalam 30 hari",
            "Termasuk yang dalam 7 hari.",
            f"count({_END} > 0 < 2592000) or vector(0)",
            parts.WARN_ABOVE_0,
        ),
        (
            "TLS usang",
            "Situs yang jabat tangan terakhirnya memakai TLS 1.1 atau lebih lama.",
            f'count(probe_tls_version_info{{version=~"{_OLD}",{_J}}}) or vector(0)',
            parts.WARN_ABOVE_0,
        ),
        (
            "Tanpa HTTPS",
            "Situs yang jawaban terakhirnya tidak terenkripsi.",
            f"count(probe_http_ssl{{{_J}}} == 0) or vector(0)",
            parts.WARN_ABOVE_0,
        ),
        (
            "Domain dalam 60 hari",
            "Pendaftaran domain yang berakhir dalam 60 hari atau sudah berakhir.",
            f"count({_DOMAIN_END} < 5184000) or vector(0)",
            parts.ALARM_ABOVE_0,
        ),
    ):
        made = made.with_panel(parts.stat_panel(title, about, expr, Look(steps=steps)))
    return made


def _ends(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Masa berlaku"))
        .with_panel(
            parts.rows(
                "Sertifikat yang paling dahulu berakhir",
                "Sisa hari; negatif berarti sudah lewat. Diketahui juga selama situs turun.",
                f"bottomk(30, {_END}) / 86400",
                {"kode": "Kode", "jenis": "Jenis", "instance": "Alamat", "Value": "Sisa"},
                Look(unit="d", decimals=1, steps=parts.DAYS_LEFT),
                height=12,
            )
        )
        .with_panel(
            parts.rows(
                "Domain yang paling dahulu berakhir",
                "Menurut registri, registrar, atau setelan; domain yang tidak disebut siapa pun tidak ada di sini.",
                f"bottomk(30, {_DOMAIN_END}) / 86400",
                {"domain": "Domain", "Value": "Sisa"},
                Look(unit="d", decimals=0, steps=parts.DAYS_LEFT),
                height=12,
            )
        )
        .with_panel(
            parts.rows(
                "Rantai yang terverifikasi",
                "Sampai kapan rantai yang dipakai peramban tetap sah; yang tidak terverifikasi tidak ada di sini.",
                f"bottomk(30, probe_ssl_last_chain_expiry_timestamp_seconds{{{_J}}} - time()) / 86400",
                {"kode": "Kode", "instance": "Alamat", "Value": "Sisa"},
                Look(unit="d", decimals=1, steps=parts.DAYS_LEFT),
            )
        )
        .with_panel(
            parts.lines(
                "Sertifikat yang sudah berakhir",
                "Berapa situs melayani sertifikat yang masa berlakunya lewat.",
                [Ask(f"count({_END} < 0) or vector(0)", "Sudah berakhir")],
                Look(least=0),
                height=9,
            )
        )
    )


def _quality(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Mutu"))
        .with_panel(
            parts.bars(
                "Versi TLS",
                "Jabat tangan terakhir setiap situs.",
                Ask(f"count by (version) (probe_tls_version_info{{{_J}}})", "{{version}}"),
            )
        )
        .with_panel(
            parts.rows(
                "Temuan TLS, sertifikat, zona dan pendaftaran",
                "Atas semua sasaran.",
                f'sum by (code, severity) (monitor_findings_open{{code=~"{_CODES}"}})',
                {"code": "Temuan", "severity": "Keparahan", "Value": "Banyaknya"},
                span=8,
                height=8,
                descending=True,
            )
        )
        .with_panel(
            parts.lines(
                "Lama jabat tangan TLS",
                "Median dan p95 atas situs yang dipilih.",
                [
                    Ask(f'quantile(0.5, probe_http_duration_seconds{{phase="tls",{_J}}})', "median"),
                    Ask(f'quantile(0.95, probe_http_duration_seconds{{phase="tls",{_J}}})', "p95"),
                ],
                parts.DURATION,
                span=8,
            )
        )
    )
