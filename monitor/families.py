"""What each metric is called and means; names are blackbox_exporter's where the meaning is the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Family(NamedTuple):
    """What a metric is called and means."""

    kind: str
    help: str
    labels: tuple[str, ...] = ()


SITE = ("kode", "jenis", "instance")
PROBE: Mapping[str, Family] = {
    "probe_success": Family("gauge", "1 when the last visit got a 2xx page and every certificate verified.", SITE),
    "probe_duration_seconds": Family("gauge", "Time the target took in the last visit, over all hops.", SITE),
    "probe_dns_lookup_time_seconds": Family("gauge", "Time spent on name look-ups in the last visit.", SITE),
    "probe_ip_protocol": Family("gauge", "IP version of the last address spoken to: 4 or 6.", SITE),
    "probe_http_status_code": Family("gauge", "Status of the last answer; 0 when there was none.", SITE),
    "probe_http_duration_seconds": Family(
        "gauge", "Time per phase of the last visit, summed over its hops.", (*SITE, "phase")
    ),
    "probe_http_redirects": Family("gauge", "Redirects followed in the last visit.", SITE),
    "probe_http_ssl": Family("gauge", "1 when the last answer came over TLS.", SITE),
    "probe_http_version": Family("gauge", "HTTP version of the last answer.", SITE),
    "probe_http_uncompressed_body_length": Family(
        "gauge", "Bytes of the last page after decoding, up to the cap.", SITE
    ),
    "probe_ssl_earliest_cert_expiry": Family(
        "gauge",
        "Earliest end of any certificate as last served, in Unix time; verified or not, also while a site is down.",
        SITE,
    ),
    "probe_ssl_last_chain_expiry_timestamp_seconds": Family(
        "gauge", "End of the chain that verified in the last visit, in Unix time; absent when one did not.", SITE
    ),
    "probe_tls_version_info": Family("gauge", "TLS version of the last handshake; always 1.", (*SITE, "version")),
}
"""
Only of targets whose last run observed something; absent says that nobody could look, never that a site is down.

The earliest end of a certificate is kept whatever the last run.
"""

TARGET: Mapping[str, Family] = {
    "monitor_target_state": Family(
        "gauge", "1 for the confirmed state a target is in, 0 for the others.", (*SITE, "state")
    ),
    "monitor_target_grade": Family("gauge", "Grade of a target, 0 to 100; absent while nothing was seen of it.", SITE),
    "monitor_target_findings": Family(
        "gauge",
        "Findings open on a target, by severity, without false positives; absent where there are none.",
        (*SITE, "severity"),
    ),
    "monitor_target_finding": Family(
        "gauge",
        "Findings open on a target that are sedang or worse, by code, without false positives; absent without any.",
        (*SITE, "code", "severity", "audience"),
    ),
    "monitor_availability_ratio": Family(
        "gauge",
        "Time known up of the time known in this month of WIB, rounded down; absent when nothing is known.",
        (*SITE, "window"),
    ),
    "monitor_availability_unobserved_ratio": Family(
        "gauge", "Time nobody observed of this month of WIB so far, rounded down.", (*SITE, "window")
    ),
    "monitor_availability_target_ratio": Family(
        "gauge", "Availability to be reached in a month, from 0 to 1.", ("jenis",)
    ),
    "monitor_targets": Family("gauge", "Targets being watched.", ("jenis",)),
    "monitor_findings_open": Family(
        "gauge", "Findings open now, over all targets, without false positives.", ("code", "severity")
    ),
    "monitor_check_age_seconds": Family(
        "gauge", "Age of the last run of a check on the target where it is longest ago.", ("check",)
    ),
    "monitor_domain_expiry_timestamp_seconds": Family(
        "gauge", "End of a domain's registration, in Unix time; absent where nobody says it.", ("domain",)
    ),
}
DAEMON: Mapping[str, Family] = {
    "monitor_runs": Family("counter", "Runs of a check that ended, by outcome.", ("check", "outcome")),
    "monitor_schedule_lag_seconds": Family("histogram", "How late runs began, against their slot."),
    "monitor_store_transaction_seconds": Family("histogram", "How long transactions of the store took."),
    "monitor_store_unwritten": Family("gauge", "Records handed to the store and not committed yet."),
    "monitor_queue_waiting": Family("gauge", "Turns that are due and have no worker yet."),
    "monitor_running": Family("gauge", "Runs under way."),
    "monitor_turns_skipped": Family("counter", "Turns skipped because the run before had not ended."),
    "monitor_vantage_connected": Family(
        "gauge", "1 when our own network works, 0 when it does not; absent when unknown."
    ),
    "monitor_vantage_sentinel_up": Family("gauge", "1 when a sentinel answered when last asked.", ("sentinel",)),
    "monitor_inventory_reload_ok": Family(
        "gauge", "1 when the inventory in use is the one on disk, 0 when it was refused."
    ),
    "monitor_inventory_loaded_timestamp_seconds": Family(
        "gauge", "When the inventory in use was loaded, in Unix time."
    ),
    "monitor_seal_info": Family(
        "gauge", "The newest seal: its day, its head, its key; always 1.", ("day", "head", "key")
    ),
    "monitor_seal_height": Family("gauge", "Days that are sealed."),
    "monitor_seal_until_timestamp_seconds": Family(
        "gauge", "Until when the record is sealed, in Unix time; absent before the first seal."
    ),
    "monitor_seal_ok": Family("gauge", "1 while days are sealed, 0 while something keeps them from being."),
    "monitor_seal_stamp_ok": Family(
        "gauge", "1 while the authority stamps the newest head, 0 while not; absent without one or a try."
    ),
    "monitor_evidence_ok": Family(
        "gauge", "1 when the month that ended has its bundle, 0 when making it failed; absent while none is to be made."
    ),
    "monitor_start_timestamp_seconds": Family("gauge", "When the daemon started, in Unix time."),
    "monitor_build_info": Family("gauge", "What is running; always 1.", ("version",)),
}
AFFAIRS: Mapping[str, Family] = {
    "monitor_incidents_open": Family(
        "gauge", "Incidents that are not over, by the worst they were.", ("audience", "severity")
    ),
    "monitor_incidents_unacknowledged": Family("gauge", "Incidents that are not over and that nobody has taken on."),
    "monitor_target_maintenance": Family("gauge", "1 while planned maintenance of a target goes on, else 0.", SITE),
    "monitor_outbox_parcels": Family(
        "gauge",
        "Messages in the record, by channel and state, as counted within the last seconds.",
        ("channel", "state"),
    ),
    "monitor_dead_letters": Family("gauge", "Messages that were given up and not sent again, over all channels."),
    "monitor_notifications": Family(
        "counter", "Tries to send a message since the start, by what came of them.", ("channel", "outcome")
    ),
    "monitor_feed_ok": Family(
        "gauge", "1 when the SIEM took what it was last offered; absent without a feed or a try."
    ),
    "monitor_heartbeat_ok": Family(
        "gauge", "1 when the last sign of life was heard; absent without a switch or a try."
    ),
    "monitor_alertmanager_ok": Family(
        "gauge", "1 when every Alertmanager took the last beat; absent without one or a try."
    ),
}
"""What people are to hear of; absent where nothing of the kind is there."""
FAMILIES: Mapping[str, Family] = {**PROBE, **TARGET, **DAEMON, **AFFAIRS}
