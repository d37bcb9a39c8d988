"""Everything about one site."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, DashboardLink, Row
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

from grafana import frame, parts
from grafana.parts import Ask, Look

_K = 'kode="$kode"'
_SITES = 'monitor_target_state{jenis!="domain"'
_CODES: parts.Steps = (
    (None, parts.RED),
    (200, parts.GREEN),
    (300, parts.YELLOW),
    (400, parts.ORANGE),
    (500, parts.RED),
)


def dashboard() -> Dashboard:
    """`monitor-situs`."""
    made = (
        frame.dashboard(
            "monitor-situs", "Pantau: rincian situs", "Satu situs: keadaan, waktu tanggap, sertifikat, temuan."
        )
        .with_variable(frame.jenis(_SITES + "}"))
        .with_variable(frame.kode(_SITES + ',jenis=~"$jenis"}'))
        .link(_page())
    )
    return _visit(_findings(_times(_now(made))))


def _page() -> DashboardLink:
    link = DashboardLink("Halaman situs ini").type(DashboardLinkType.LINK).url(parts.BOARD_SITE + "${kode}")
    return link.icon("external link").target_blank(target_blank=True)


def _now(made: Dashboard) -> Dashboard:
    made = made.with_row(Row("$kode sekarang"))
    for title, about, expr, look in (
        (
            "Keadaan",
            "Keadaan yang terkonfirmasi oleh tiga pengamatan berturut-turut.",
            f"kode:monitor_target_state:code{{{_K}}}",
            Look(labelled=parts.STATES),
        ),
        ("Nilai", "Nilai keamanan, 0 sampai 100.", f"monitor_target_grade{{{_K}}}", Look(steps=parts.GRADE)),
        (
            "Ketersediaan",
            "Bagian rentang yang ditampilkan ketika situs dapat dicapai; waktu yang tidak teramati tidak dihitung.",
            f"avg_over_time(kode:monitor_target_available:bool{{{_K}}}[$__range])",
            parts.PERCENT,
        ),
        (
            "Kode HTTP",
            "Jawaban terakhir; 0 berarti tidak menjawab.",
            f"probe_http_status_code{{{_K}}}",
            Look(steps=_CODES, unit="none"),
        ),
        ("Lama kunjungan", "Kunjungan terakhir, semua pengalihan.", f"probe_duration_seconds{{{_K}}}", parts.DURATION),
        (
            "Sertifikat",
            "Sisa masa berlaku sertifikat yang paling dahulu berakhir.",
            f"(probe_ssl_earliest_cert_expiry{{{_K}}} - time()) / 86400",
            Look(unit="d", steps=parts.DAYS_LEFT),
        ),
    ):
        made = made.with_panel(parts.stat_panel(title, about, expr, look))
    return made


def _times(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Perjalanan"))
        .with_panel(
            parts.timeline(
                "Keadaan",
                "Kapan situs aktif, terganggu, turun, atau tidak teramati.",
                Ask(f"kode:monitor_target_state:code{{{_K}}}", "$kode"),
                Look(labelled=parts.STATES),
            )
        )
        .with_panel(
            parts.lines(
                "Waktu tanggap per tahap",
                "Cari nama, sambung, jabat tangan TLS, tunggu jawaban, terima isi; dijumlahkan atas semua pengalihan.",
                [Ask(f"probe_http_duration_seconds{{{_K}}}", "{{phase}}")],
                parts.DURATION,
                stacked=True,
            )
        )
        .with_panel(
            parts.lines(
                "Ukuran halaman",
                "Panjang isi setelah dibuka, paling banyak 512 KiB; perubahan tajam patut dilihat.",
                [Ask(f"probe_http_uncompressed_body_length{{{_K}}}", "Isi")],
                Look(unit="bytes", decimals=None, least=0),
            )
        )
        .with_panel(
            parts.timeline(
                "Kode HTTP",
                "Jawaban setiap kunjungan.",
                Ask(f"probe_http_status_code{{{_K}}}", "$kode"),
                Look(unit="none", steps=_CODES),
            )
        )
    )


def _findings(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Temuan"))
        .with_panel(
            parts.rows(
                "Temuan terbuka, sedang ke atas",
                "Penjelasan setiap kode ada di halaman aturan papan pantau.",
                f"monitor_target_finding{{{_K}}}",
                {"code": "Temuan", "severity": "Keparahan", "audience": "Untuk", "Value": "Banyaknya"},
                Look(empty="Tidak ada temuan sedang ke atas"),
                descending=True,
            )
        )
        .with_panel(
            parts.lines(
                "Temuan menurut keparahan",
                "Semua temuan yang terbuka.",
                [Ask(f"monitor_target_findings{{{_K}}}", "{{severity}}")],
                Look(least=0),
                height=9,
                colours=parts.SEVERITY_COLOURS,
                stacked=True,
            )
        )
    )


def _visit(made: Dashboard) -> Dashboard:
    made = made.with_row(Row("Kunjungan terakhir"))
    for title, about, expr, look in (
        (
            "Berhasil",
            "Halaman 2xx tanpa peringatan sertifikat.",
            f"probe_success{{{_K}}}",
            Look(labelled={"0": ("Tidak", parts.RED), "1": ("Ya", parts.GREEN)}),
        ),
        (
            "Terenkripsi",
            "Apakah jawaban terakhir datang lewat HTTPS.",
            f"probe_http_ssl{{{_K}}}",
            Look(labelled={"0": ("Tidak", parts.RED), "1": ("Ya", parts.GREEN)}),
        ),
        (
            "Versi HTTP",
            "Versi protokol jawaban terakhir.",
            f"probe_http_version{{{_K}}}",
            Look(decimals=1, unit="none"),
        ),
        ("Versi IP", "Versi alamat terakhir yang dihubungi.", f"probe_ip_protocol{{{_K}}}", Look(unit="none")),
        ("Pengalihan", "Banyaknya pengalihan yang diikuti.", f"probe_http_redirects{{{_K}}}", parts.PLAIN),
        (
            "Pencarian nama",
            "Waktu untuk DNS pada kunjungan terakhir.",
            f"probe_dns_lookup_time_seconds{{{_K}}}",
            Look(unit="s", decimals=None, steps=((None, parts.GREEN), (1, parts.ORANGE))),
        ),
    ):
        made = made.with_panel(parts.stat_panel(title, about, expr, look))
    return made.with_panel(
        parts.rows(
            "Versi TLS",
            "Versi jabat tangan terakhir.",
            f"probe_tls_version_info{{{_K}}}",
            {"version": "Versi", "instance": "Alamat", "Value": "Ada"},
            span=24,
            height=4,
        )
    )
