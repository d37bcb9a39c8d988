"""The tables, the same on SQLite and PostgreSQL; `migrations/` builds them, and a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

HEAD = "0006"
"""The revision of `migrations/` that this code reads and writes; a test holds it to the newest there."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

Serial = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows only in a column that is exactly INTEGER."""

target = Table(
    "target",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kode", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("mail", Text),
    Column("owner", Text, nullable=False),
    Column("criticality", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("verification", Text, nullable=False),
    Column("suggested_url", Text),
    Column("note", Text, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("retired_at", BigInteger),
)
"""Everything that ever stood in the inventory; what leaves it is retired, never deleted."""

target_change = Table(
    "target_change",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("target_id", Integer, ForeignKey(target.c.id), nullable=False, index=True),
    Column("field", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    sqlite_autoincrement=True,
)
"""Append-only: which declared field of a target went from what to what."""

check_kind = Table(
    "check_kind",
    metadata,
    Column("id", SmallInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
)

sample = Table(
    "sample",
    metadata,
    # No foreign keys here: the one writer numbers both, nothing is deleted, and two look-ups a row are dear.
    Column("target_id", Integer, primary_key=True, autoincrement=False),
    Column("check_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("state", SmallInteger, nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("hops", SmallInteger, nullable=False),
    Column("dns", Integer, nullable=False),
    Column("connect", Integer, nullable=False),
    Column("tls", Integer, nullable=False),
    Column("ttfb", Integer, nullable=False),
    Column("transfer", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("rest", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""One run in small integers. `at`: seconds since the epoch. Phases: µs. `rest`: the ms of the run in no phase."""

finding = Table(
    "finding",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("target_id", Integer, ForeignKey(target.c.id), nullable=False),
    Column("check_id", SmallInteger, ForeignKey(check_kind.c.id), nullable=False),
    Column("code", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)
still_open = finding.c.resolved_at.is_(None)
Index("ix_finding_target_id_id", finding.c.target_id, finding.c.id)
Index("ix_finding_opened_at", finding.c.opened_at)
Index("ix_finding_resolved_at", finding.c.resolved_at)
Index(
    "uq_finding_open",
    finding.c.target_id,
    finding.c.check_id,
    finding.c.code,
    finding.c.subject,
    unique=True,
    sqlite_where=still_open,
    postgresql_where=still_open,
)
"""The same finding is open at most once."""

change = Table(
    "change",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("finding_id", Serial, ForeignKey(finding.c.id), nullable=False, index=True),
    Column("turn", SmallInteger, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    sqlite_autoincrement=True,
)
"""Append-only openings and resolutions, in the order they were recorded; ids are never used twice."""

transition = Table(
    "transition",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("target_id", Integer, ForeignKey(target.c.id), nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("state", SmallInteger, nullable=False),
    Column("cause", Text, nullable=False),
    Index("ix_transition_target_id_id", "target_id", "id"),
    sqlite_autoincrement=True,
)
"""In the order of ids, not of `at`: a clock may step back."""

fact_body = Table(
    "fact_body",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Evidence by the SHA-256 of its canonical JSON, compressed; kept once however many runs saw it."""

facts = Table(
    "facts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("target_id", Integer, ForeignKey(target.c.id), nullable=False),
    Column("check_id", SmallInteger, ForeignKey(check_kind.c.id), nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("digest", LargeBinary(32), ForeignKey(fact_body.c.digest), nullable=False),
    Index("ix_facts_target_id_check_id_id", "target_id", "check_id", "id"),
    sqlite_autoincrement=True,
)

incident = Table(
    "incident",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("cause_kind", Text, nullable=False),
    Column("cause_value", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger, index=True),
    Column("told_at", BigInteger),
    Column("notices", Integer, nullable=False),
    Column("channels", Text, nullable=False),
    Column("acknowledged_at", BigInteger),
    Column("acknowledged_by", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("flaps", Integer, nullable=False),
    Column("held_until", BigInteger),
)
"""Each as it is now; how it came to be so is in `incident_event`. Whoever opens it gives the number."""

incident_finding = Table(
    "incident_finding",
    metadata,
    Column("incident", Integer, ForeignKey(incident.c.number), primary_key=True, autoincrement=False),
    Column("finding_id", Serial, ForeignKey(finding.c.id), primary_key=True, autoincrement=False, index=True),
    Column("position", Integer, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("joined_at", BigInteger, nullable=False),
    Column("left_at", BigInteger),
    Column("state", SmallInteger),
    Column("causes", Text, nullable=False),
    Column("address", Text, nullable=False),
)
"""The members. `position`: in the order of joining, from 0; several join at the same instant."""

incident_event = Table(
    "incident_event",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("incident", Integer, ForeignKey(incident.c.number), nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("kodes", Text, nullable=False),
    Index("ix_incident_event_incident_id", "incident", "id"),
    sqlite_autoincrement=True,
)
"""Append-only: the timeline. `kodes`: a JSON array."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("order_key", Text, nullable=False),
    Column("incident", Integer),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("body", Text),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("claimed_until", BigInteger),
    Index("ix_outbox_channel_state_id", "channel", "state", "id"),
    sqlite_autoincrement=True,
)
"""What is to be sent, and what was. `settled_at` is NULL exactly while a parcel waits."""
unsettled = outbox.c.settled_at.is_(None)
Index(
    "ix_outbox_due",
    outbox.c.channel,
    outbox.c.due_at,
    outbox.c.id,
    sqlite_where=unsettled,
    postgresql_where=unsettled,
)
Index(
    "ix_outbox_order",
    outbox.c.channel,
    outbox.c.order_key,
    outbox.c.id,
    sqlite_where=unsettled,
    postgresql_where=unsettled,
)

maintenance = Table(
    "maintenance",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("scope", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)
"""Windows, each as it is now. `length`: ms."""

mark = Table(
    "mark",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("finding_id", Serial, ForeignKey(finding.c.id), nullable=False, index=True),
    Column("verb", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("until", BigInteger),
    sqlite_autoincrement=True,
)
"""Append-only: what people did about findings."""

exhibit_body = Table(
    "exhibit_body",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Bodies by their SHA-256, compressed (RFC 1950); kept once however many exhibits show it. `size`: bytes before."""

exhibit = Table(
    "exhibit",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("target_id", Integer, ForeignKey(target.c.id), nullable=False),
    Column("check_id", SmallInteger, ForeignKey(check_kind.c.id), nullable=False),
    Column("finding_id", Serial, ForeignKey(finding.c.id), index=True),
    Column("label", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("digest", LargeBinary(32), ForeignKey(exhibit_body.c.digest), nullable=False, index=True),
    Column("capped", Boolean, nullable=False),
    Index("ix_exhibit_target_id_id", "target_id", "id"),
    sqlite_autoincrement=True,
)
"""What proves a finding, as it was received. `finding_id`: the gravest of those it was kept for."""

memory = Table(
    "memory",
    metadata,
    Column("target_id", Integer, ForeignKey(target.c.id), primary_key=True, autoincrement=False),
    Column("check_id", SmallInteger, ForeignKey(check_kind.c.id), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
"""What a check has learned of a target; the latest only."""

feed_cursor = Table(
    "feed_cursor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("change_id", Serial, nullable=False),
)
"""How far each reader of `change` has come. No foreign key: 0 is before the first."""

# Rollups: what outlives the raw samples.

cadence = Table(
    "cadence",
    metadata,
    Column("check_id", SmallInteger, ForeignKey(check_kind.c.id), primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("seconds", Integer, nullable=False),
)
"""How often a vital check looked, from `at` (seconds since the epoch) on: what is observed is judged by it."""

gap = Table(
    "gap",
    metadata,
    # No foreign keys here and below, as for samples.
    Column("target_id", Integer, primary_key=True, autoincrement=False),
    Column("start_at", BigInteger, primary_key=True, autoincrement=False),
    Column("end_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Two observations in a row that lie too far apart, in seconds since the epoch: nobody saw what was between."""


def _tally() -> tuple[Column[int], ...]:
    """Seconds by state, and the parts of them in planned maintenance."""
    states = ("up", "degraded", "down", "unobserved")
    names = (*states, *(f"maintained_{name}" for name in states), "looks")
    return tuple(Column(name, Integer, nullable=False) for name in names)


rollup_hour = Table(
    "rollup_hour",
    metadata,
    Column("target_id", Integer, primary_key=True, autoincrement=False),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    *_tally(),
    Column("responses", LargeBinary),
    sqlite_with_rowid=False,
)
"""`hour`: hours since the epoch. `responses`: a histogram (`availability.Responses`), NULL when there was no answer."""

rollup_day = Table(
    "rollup_day",
    metadata,
    Column("target_id", Integer, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    *_tally(),
    Column("responses", LargeBinary),
    sqlite_with_rowid=False,
)
"""The sum of its hours. `day`: days of WIB; 0 is 1 January 1970."""

rolled = Table(
    "rolled",
    metadata,
    Column("target_id", Integer, primary_key=True, autoincrement=False),
    Column("until_hour", Integer, nullable=False),
    Column("begin_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
"""How far the rollups of a target have come, its first observation ever, and its last one before that hour."""

rollup_mark = Table(
    "rollup_mark",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""What rollups have taken notice of: the last `transition`, the last `maintenance`, the newest hour."""

frozen_month = Table(
    "frozen_month",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("month", Text, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("bundle", LargeBinary(32)),
    Column("reason", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Append-only: what was handed out about a month of WIB (`2026-10`); stated again only with a reason."""

# The seal: a chain over the days, and the keys it was signed with.

seal_key = Table(
    "seal_key",
    metadata,
    Column("number", Serial, primary_key=True),
    Column("key_id", Text, nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    Column("statement", Text, nullable=False),
    Column("signer", Text, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    sqlite_autoincrement=True,
)
"""Append-only: public keys, each in the statement that brought it in."""

seal = Table(
    "seal",
    metadata,
    Column("height", Integer, primary_key=True, autoincrement=False),
    Column("day", Text, nullable=False, unique=True),
    Column("until", BigInteger, nullable=False),
    Column("head", LargeBinary(32), nullable=False),
    Column("document", Text, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    Column("leaves", LargeBinary, nullable=False),
)
"""Append-only. `leaves`: table → the lines of its leaves, as JSON, compressed (RFC 1950)."""

seal_stamp = Table(
    "seal_stamp",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("height", Integer, ForeignKey(seal.c.height), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("authority", Text, nullable=False),
    Column("token", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""Time-stamps (RFC 3161) over heads, as the authority answered."""

# The asset register: what is declared and observed of an asset, and hosts that stand in no inventory.

asset_change = Table(
    "asset_change",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("target_id", Integer, ForeignKey(target.c.id), nullable=False),
    Column("field", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("source", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Index("ix_asset_change_target_id_field_source_id", "target_id", "field", "source", "id"),
    sqlite_autoincrement=True,
)
"""Append-only, in the order of ids. The latest row of a field is what it is now. `actor`: empty for the monitor."""

asset_sighting = Table(
    "asset_sighting",
    metadata,
    Column("host", Text, primary_key=True),
    Column("target_id", Integer, ForeignKey(target.c.id), primary_key=True, autoincrement=False),
    Column("way", Text, primary_key=True),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("days", Integer, nullable=False),
    Column("detail", Text, nullable=False),
)
"""Hosts that came up on a target, each as it is now."""

asset_judgement = Table(
    "asset_judgement",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("host", Text, nullable=False),
    Column("stand", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Append-only: what people decided about hosts; the latest counts."""

# Who may do what, and what was done.

account = Table(
    "account",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
)
"""People who may sign in, each as it is now. `password`: as argon2id encodes it."""

login_session = Table(
    "login_session",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", Text, ForeignKey(account.c.name), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
)
"""Who is signed in. `digest`: the SHA-256 of the token, which is kept nowhere."""

api_token = Table(
    "api_token",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
)
"""`scopes`: words, sorted, with blanks between."""

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("deed", Text, nullable=False),
    Column("about", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Append-only: who did what, from where."""
