"""Samples in bulk: records in, rows of small integers out, as cheaply as the driver allows."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from monitor.model import Record
from monitor.store.codec import OUTCOMES, STATES
from monitor.store.engine import in_words, upsert
from monitor.store.registry import Ids
from monitor.store.schema import sample
from monitor.store.seals import sealed_until

log = structlog.get_logger(__name__)

Row = tuple[int, ...]

_AT = 2
"""Where a row has its instant."""
_LARGEST = 2**31 - 1
"""What PostgreSQL's integer holds."""


class Inserter:
    """The one statement of the hot path, compiled once: SQLAlchemy's own road costs three times the row."""

    def __init__(self, connection: Connection) -> None:
        """Compile for the dialect of *connection*."""
        statement = upsert(connection, sample)
        key = [column.name for column in sample.primary_key]
        newer = {column.name: statement.excluded[column.name] for column in sample.columns if not column.primary_key}
        self._statement = in_words(connection, statement.on_conflict_do_update(index_elements=key, set_=newer))
        self.closed_until = sealed_until(connection) // 1000
        """Seconds since the epoch: what began before is sealed, or about to be."""

    def write(self, connection: Connection, ids: Ids, records: Sequence[Record]) -> None:
        """
        One row per record; of two for the same second the later one stays.

        What began in a sealed day is not taken any more: that time stays unobserved, and the log says so.
        """
        rows = [_row(connection, ids, record) for record in records]
        if late := [row for row in rows if row[_AT] < self.closed_until]:
            log.warning("sample.late", refused=len(late), sealed_until=self.closed_until)
            rows = [row for row in rows if row[_AT] >= self.closed_until]
        if rows:
            connection.exec_driver_sql(self._statement, rows)


def _row(connection: Connection, ids: Ids, record: Record) -> Row:
    """In the order of the table's columns."""
    measure, duration = record.measure, record.duration
    phases = measure.dns + measure.connect + measure.tls + measure.ttfb + measure.transfer
    rest = (duration.days * 86_400_000_000 + duration.seconds * 1_000_000 + duration.microseconds - phases) // 1000
    return (
        ids.targets[record.kode],
        ids.check(connection, record.check),
        int(record.at.timestamp()),
        STATES[record.state],
        OUTCOMES[record.outcome],
        measure.status,
        measure.hops,
        measure.dns,
        measure.connect,
        measure.tls,
        measure.ttfb,
        measure.transfer,
        measure.size,
        min(max(rest, 0), _LARGEST),
    )
