"""Whatever happens in whatever order, the record agrees with a dictionary."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Record, Severity
from monitor.store import Store
from tests.integration.store.records import EXPIRED, after, amended, opened, record, resolved, target

Deed = tuple[Literal["open", "resolve", "worsen", "look", "flush"], str, Severity]

deeds = st.lists(
    st.tuples(
        st.sampled_from(["open", "resolve", "worsen", "look", "flush"]),
        st.sampled_from(["", "a", "b"]),
        st.sampled_from(Severity),
    ),
    max_size=25,
)
_numbers = count(1)


@dataclass
class Model:
    """What the record should say."""

    open: dict[str, Severity] = field(default_factory=dict)
    history: list[tuple[str, bool]] = field(default_factory=list)
    """(subject, resolved) of each finding, in the order opened."""
    looks: int = 0

    def do(self, deed: str, subject: str, severity: Severity) -> None:
        if deed == "open" and subject not in self.open:
            self.open[subject] = severity
            self.history.append((subject, False))
        elif deed == "resolve" and subject in self.open:
            del self.open[subject]
            self.history[self.history.index((subject, False))] = (subject, True)
        elif deed == "worsen" and subject in self.open:
            self.open[subject] = severity
        self.looks += deed in {"open", "resolve", "worsen", "look"}


def record_of(deed: str, subject: str, severity: Severity, second: int, kode: str) -> Record | None:
    finding = EXPIRED(subject, severity=severity)
    if deed == "open":
        return opened(finding, after(second), kode)
    if deed == "resolve":
        return resolved(finding, after(second), kode)
    if deed == "worsen":
        return amended(finding, after(second), kode)
    return record(after(second), kode) if deed == "look" else None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=deeds)
async def test_the_record_agrees_with_a_dictionary(store: Store, sequence: list[Deed]) -> None:
    kode, model = f"OPD-{next(_numbers):03}", Model()
    await store.sync([target(kode)], after(0))
    for second, deed in enumerate(sequence):
        model.do(*deed)
        item = record_of(*deed, second, kode)
        if item is not None:
            store.put(item)
        elif deed[0] == "flush":
            await store.flush()
    await store.flush()

    await agree(store, kode, model)


async def agree(store: Store, kode: str, model: Model) -> None:
    found = (await store.load()).open.get(kode, ())
    assert {item.finding.subject: item.finding.severity for item in found} == model.open
    history = reversed(await store.findings(kode))
    assert [(item.subject, item.resolved is not None) for item in history] == model.history
    assert len(await store.samples(kode, "website", after(0), after(100))) == model.looks
