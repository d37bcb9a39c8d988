"""Whether the monitor itself does its work."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from grafana import frame, parts
from grafana.parts import Ask, Look

_UP = {"0": ("Mati", parts.RED), "1": ("Menjawab", parts.GREEN)}
_OK_STEPS: parts.Steps = ((None, parts.GREY), (0, parts.RED), (1, parts.GREEN))


def dashboard() -> Dashboard:
    """`monitor-pemantau`."""
    made = frame.dashboard(
        "monitor-pemantau", "Pantau: pemantau itu sendiri", "Apakah pemantau bekerja, mencatat dan memberi tahu."
    )
    return _process(_record(_messages(_work(_now(made)))))


def _now(made: Dashboard) -> Dashboard:
    made = made.with_row(Row("Sekarang"))
    for title, about, expr, look in (
        (
            "Pemantau",
            "Apakah Prometheus dapat membaca /metrics.",
            'max(up{job="monitor"}) or vector(0)',
            Look(labelled=_UP, steps=parts.ALARM_ABOVE_0),
        ),
        (
            "Berjalan sejak",
            "Lama berjalan sejak terakhir mulai.",
            "time() - max(monitor_start_timestamp_seconds)",
            Look(unit="dtdurations", decimals=0),
        ),
        (
            "Inventaris",
            "Apakah inventaris yang dipakai sama dengan yang di diska.",
            "min(monitor_inventory_reload_ok)",
            Look(labelled=parts.WELL, steps=_OK_STEPS),
        ),
        (
            "Jaringan",
            "Apakah jaringan mesin pemantau tersambung.",
            "max(monitor_vantage_connected) or vector(-1)",
            Look(labelled=parts.WELL, steps=_OK_STEPS),
        ),
        (
            "Tanda hidup",
            "Apakah tanda hidup terakhir didengar.",
            "max(monitor_heartbeat_ok) or vector(-1)",
            Look(labelled=parts.WELL, steps=_OK_STEPS),
        ),
        (
            "Peringatan menyala",
            "Peringatan Prometheus yang sedang menyala.",
            'count(ALERTS{alertstate="firing"}) or vector(0)',
            Look(steps=parts.ALARM_ABOVE_0),
        ),
    ):
        made = made.with_panel(parts.stat_panel(title, about, expr, look))
    return made


def _work(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Pemeriksaan"))
        .with_panel(
            parts.lines(
                "Pemeriksaan per detik",
                "Menurut hasilnya; “broken” adalah kesalahan pemantau sendiri.",
                [Ask("sum by (outcome) (rate(monitor_runs_total[$__rate_interval]))", "{{outcome}}")],
                Look(unit="ops", decimals=None, least=0),
            )
        )
        .with_panel(
            parts.lines(
                "Umur pemeriksaan terlama",
                "Per pemeriksaan, pada sasaran yang paling lama tidak diperiksa.",
                [Ask("max by (check) (monitor_check_age_seconds)", "{{check}}")],
                Look(unit="s", decimals=None, least=0),
            )
        )
        .with_panel(
            parts.lines(
                "Keterlambatan jadwal",
                "Seberapa terlambat giliran dimulai.",
                _quantiles("monitor_schedule_lag_seconds"),
                Look(unit="s", decimals=None, least=0),
            )
        )
        .with_panel(
            parts.lines(
                "Antrean",
                "Yang menunggu pekerja, yang berjalan, dan giliran yang terlewat selama lima menit.",
                [
                    Ask("sum(monitor_queue_waiting)", "menunggu"),
                    Ask("sum(monitor_running)", "berjalan"),
                    Ask("sum(increase(monitor_turns_skipped_total[5m]))", "terlewat"),
                ],
                Look(least=0),
            )
        )
        .with_panel(
            parts.lines(
                "Transaksi basis data",
                "Lama setiap transaksi.",
                _quantiles("monitor_store_transaction_seconds"),
                Look(unit="s", decimals=None, least=0),
            )
        )
        .with_panel(
            parts.lines(
                "Catatan belum ditulis",
                "Yang diserahkan kepada basis data dan belum tersimpan.",
                [Ask("sum(monitor_store_unwritten)", "belum ditulis")],
                Look(least=0),
            )
        )
    )


def _quantiles(name: str) -> list[Ask]:
    return [
        Ask(f"histogram_quantile({at}, sum by (le) (rate({name}_bucket[$__rate_interval])))", label)
        for at, label in ((0.5, "median"), (0.95, "p95"), (0.99, "p99"))
    ]


def _messages(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Pesan"))
        .with_panel(
            parts.stat_panel(
                "Gagal terkirim",
                "Pesan yang ditinggalkan dan belum dikirim ulang.",
                "sum(monitor_dead_letters)",
                Look(steps=parts.ALARM_ABOVE_0),
                height=8,
            )
        )
        .with_panel(
            parts.stat_panel(
                "Alertmanager",
                "Apakah setiap Alertmanager menerima denyut terakhir.",
                "min(monitor_alertmanager_ok) or vector(-1)",
                Look(labelled=parts.WELL, steps=_OK_STEPS),
                height=8,
            )
        )
        .with_panel(
            parts.lines(
                "Percobaan kirim",
                "Selama lima menit, menurut saluran dan hasilnya.",
                [
                    Ask(
                        "sum by (channel, outcome) (increase(monitor_notifications_total[5m]))",
                        "{{channel}} {{outcome}}",
                    )
                ],
                Look(least=0, decimals=None),
                span=8,
            )
        )
        .with_panel(
            parts.rows(
                "Kotak keluar",
                "Pesan dalam catatan menurut saluran dan keadaannya.",
                "sum by (channel, state) (monitor_outbox_parcels)",
                {"channel": "Saluran", "state": "Keadaan", "Value": "Banyaknya"},
                span=8,
                height=8,
                descending=True,
            )
        )
        .with_panel(
            parts.timeline(
                "Penjaga jaringan",
                "Apakah setiap penjaga menjawab ketika terakhir ditanya.",
                Ask("max by (sentinel) (monitor_vantage_sentinel_up)", "{{sentinel}}"),
                Look(labelled=parts.WELL, steps=_OK_STEPS, empty="Tidak ada penjaga jaringan"),
            )
        )
    )


def _record(made: Dashboard) -> Dashboard:
    made = made.with_row(Row("Catatan"))
    for title, about, expr, look in (
        (
            "Segel",
            "Apakah hari-hari yang lewat disegel.",
            "min(monitor_seal_ok)",
            Look(labelled=parts.WELL, steps=_OK_STEPS),
        ),
        ("Hari tersegel", "Panjang rantai segel.", "max(monitor_seal_height)", parts.PLAIN),
        (
            "Belum tersegel",
            "Lama catatan terbaru yang belum disegel; paling lama sehari lebih sedikit. Kosong sebelum segel pertama.",
            "time() - max(monitor_seal_until_timestamp_seconds)",
            Look(unit="s", decimals=None, steps=((None, parts.GREEN), (100_000, parts.RED)), empty="Belum ada segel"),
        ),
        (
            "Cap waktu",
            "Apakah otoritas mencap segel terbaru.",
            "min(monitor_seal_stamp_ok) or vector(-1)",
            Look(labelled=parts.WELL, steps=_OK_STEPS),
        ),
        (
            "Berkas bukti",
            "Apakah bulan yang lalu sudah punya berkas buktinya.",
            "min(monitor_evidence_ok) or vector(-1)",
            Look(labelled=parts.WELL | {"-1": ("Belum waktunya", parts.GREY)}, steps=_OK_STEPS),
        ),
        (
            "Inventaris sejak",
            "Umur inventaris yang dipakai.",
            "time() - max(monitor_inventory_loaded_timestamp_seconds)",
            Look(unit="dtdurations"),
        ),
    ):
        made = made.with_panel(parts.stat_panel(title, about, expr, look))
    return made


def _process(made: Dashboard) -> Dashboard:
    return (
        made.with_row(Row("Proses"))
        .with_panel(
            parts.lines(
                "Memori",
                "Yang dipakai proses pemantau.",
                [Ask('process_resident_memory_bytes{job="monitor"}', "RSS")],
                Look(unit="bytes", decimals=None, least=0),
                span=6,
            )
        )
        .with_panel(
            parts.lines(
                "Prosesor",
                "Inti yang dipakai.",
                [Ask('rate(process_cpu_seconds_total{job="monitor"}[$__rate_interval])', "inti")],
                Look(unit="percentunit", decimals=None, least=0),
                span=6,
            )
        )
        .with_panel(
            parts.lines(
                "Berkas terbuka",
                "Terhadap batas sistem.",
                [
                    Ask('process_open_fds{job="monitor"}', "terbuka"),
                    Ask('process_max_fds{job="monitor"}', "batas"),
                ],
                Look(least=0),
                span=6,
            )
        )
        .with_panel(
            parts.lines(
                "Pembacaan metrik",
                "Lama Prometheus membaca /metrics, dan berapa deret di dalamnya.",
                [
                    Ask('scrape_duration_seconds{job="monitor"}', "detik"),
                    Ask('scrape_samples_scraped{job="monitor"}', "deret"),
                ],
                Look(decimals=None, least=0),
                span=6,
            )
        )
        .with_panel(
            parts.rows(
                "Versi",
                "Yang sedang berjalan.",
                "monitor_build_info",
                {"version": "Versi", "instance": "Alamat", "Value": "Ada"},
                span=24,
                height=4,
            )
        )
    )
