"""A result as a person at a terminal, or a script, reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor import catalogue, words
from monitor.checks.evidence import evidence
from monitor.checks.website.visit import Hop, Visit
from monitor.findings import look_state, worst
from monitor.model import CheckResult, Finding, Outcome, State
from monitor.net.facts import Certificate, TlsSession
from monitor.words import table as table_time

Result = CheckResult[Any]
COLOUR = {State.UP: "green", State.DEGRADED: "yellow", State.DOWN: "red", State.UNOBSERVED: "magenta"}


def full(out: Console, results: Sequence[Result], *, facts: bool = False) -> None:
    """Of one target: verdict, the visit hop by hop, certificate, findings with remedy, and how each check went."""
    target, started = results[0].target, min(result.started for result in results)
    state = worst_state(results)
    label = " ".join(dict.fromkeys((target.kode, target.name)))
    out.print(f"[bold]{escape(label)}[/]  {escape(target.url)}")
    out.print(f"Putusan: [bold {COLOUR[state]}]{catalogue.state_text(state)}[/]  {escape(table_time(started))}")
    for result in results:
        if isinstance(result.facts, Visit):
            _visit(out, result.facts)
    findings = [finding for result in results for finding in result.findings]
    for finding in sorted(findings, key=lambda finding: -finding.severity.rank):
        _finding(out, finding)
    out.print()
    for result in results:
        _went(out, result)
        if facts and result.facts is not None and not isinstance(result.facts, Visit):
            for line in _lines(evidence(result.facts), 1):
                out.print(line, soft_wrap=True, highlight=False)
    if not findings and any(result.outcome is Outcome.OBSERVED for result in results):
        out.print("[green]Tidak ada temuan.[/]")


def _went(out: Console, result: Result) -> None:
    if result.outcome is Outcome.OBSERVED:
        said = f"{len(result.findings)} temuan" if result.findings else "tanpa temuan"
    elif result.outcome is Outcome.INAPPLICABLE:
        said = f"tidak berlaku: {escape(result.reason)}"
    else:
        said = f"[magenta]tidak dapat melihat:[/] {escape(result.reason)}"
    out.print(f"[dim]{result.check}[/] {said}", highlight=False)


def worst_state(results: Sequence[Result]) -> State:
    """What these looks at one target saw; a check that could not look says nothing beside one that could."""
    observed = [result for result in results if result.outcome is Outcome.OBSERVED]
    return worst(look_state(result) for result in observed) if observed else State.UNOBSERVED


def _lines(value: Any, depth: int) -> Iterator[str]:
    """JSON-able *value* as indented lines; what is empty is left out."""
    pairs = value.items() if isinstance(value, dict) else (("-", item) for item in value)
    for key, item in pairs:
        if isinstance(item, dict | list) and any(isinstance(part, dict | list) for part in _parts(item)):
            yield f"{'  ' * depth}[dim]{escape(str(key))}[/]"
            yield from _lines(item, depth + 1)
        elif item not in (None, False, "", [], {}):
            yield f"{'  ' * depth}[dim]{escape(str(key))}[/] {escape(_flat(item))}"


def _parts(item: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item


def _flat(item: Any) -> str:
    if isinstance(item, dict):
        return ", ".join(f"{key} {part}" for key, part in item.items() if part not in (None, "", [], {}))
    if item is True:
        return "ya"
    return ", ".join(map(str, item)) if isinstance(item, list) else str(item)


def summary(out: Console, targets: Sequence[Sequence[Result]]) -> None:
    """One row for each target that has findings or could not be looked at, and a count of states."""
    table = Table(box=None, header_style="bold")
    for name in ("KODE", "NAMA", "KEADAAN", "TEMUAN"):
        table.add_column(name)
    for results in targets:
        state = worst_state(results)
        findings = sorted((one for result in results for one in result.findings), key=lambda one: -one.severity.rank)
        said = [catalogue.describe(finding) for finding in findings]
        said += [f"{result.check}: {result.reason}" for result in results if _could_not(result)]
        if said:
            target = results[0].target
            table.add_row(
                escape(target.kode),
                escape(target.name),
                f"[{COLOUR[state]}]{catalogue.state_text(state)}[/]",
                escape("\n".join(said)),
            )
    if table.row_count:
        out.print(table)
    counts = Counter(worst_state(results) for results in targets)
    out.print(" · ".join(f"{catalogue.state_text(state)} {counts[state]}" for state in State if counts[state]))


def _could_not(result: Result) -> bool:
    return result.outcome not in {Outcome.OBSERVED, Outcome.INAPPLICABLE}


def as_json(result: Result) -> dict[str, Any]:
    """One JSON-able object: what `full` shows, with stable keys."""
    return {
        "kode": result.target.kode,
        "url": result.target.url,
        "check": result.check,
        "started": words.iso(result.started),
        "outcome": result.outcome.value,
        "state": look_state(result).value,
        "reason": result.reason,
        **_facts_json(result.facts),
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "subject": finding.subject,
                "detail": dict(finding.detail),
                "text": catalogue.describe(finding),
                "fix": catalogue.text(finding.code).fix,
            }
            for finding in result.findings
        ],
    }


def _facts_json(facts: Any) -> dict[str, Any]:
    if facts is None:
        return {"visit": None, "facts": None}
    if isinstance(facts, Visit):
        return {"visit": _visit_json(facts), "facts": None}
    return {"visit": None, "facts": evidence(facts)}


def _visit_json(visit: Visit) -> dict[str, Any]:
    return {
        "hops": [
            {
                "url": hop.url,
                "status": hop.status,
                "address": hop.address,
                "http_version": hop.http_version,
                "phases_us": {
                    name: getattr(hop.phases, name) for name in ("dns", "connect", "tls", "ttfb", "transfer")
                },
                "tls": None if hop.tls is None else {"version": hop.tls.version, "verify": hop.tls.verify_message},
                "certificates": [
                    {"subject": one.subject, "issuer": one.issuer, "not_after": words.iso(one.not_after)}
                    for one in (hop.tls.chain if hop.tls else ())
                ],
            }
            for hop in visit.hops
        ],
        "failure": None if visit.failure is None else catalogue.failure_text(visit.failure),
        "title": visit.title,
    }


def _visit(console: Console, visit: Visit) -> None:
    for number, hop in enumerate(visit.hops, 1):
        onward = f" [dim]→[/] {escape(hop.location)}" if hop.location else ""
        console.print(f"{number}. {escape(hop.url)}{onward}", soft_wrap=True, highlight=False)
    table = Table(box=None, header_style="bold")
    for name in ("LOMPATAN", "STATUS", "ALAMAT", "HTTP"):
        table.add_column(name)
    for name in ("DNS", "TCP", "TLS", "TUNGGU", "UNDUH"):
        table.add_column(f"{name} ms", justify="right")
    for number, hop in enumerate(visit.hops, 1):
        table.add_row(str(number), *_hop(hop))
    console.print(table)
    if visit.title:
        console.print(f"Judul: {escape(visit.title)}")
    if visit.failure is not None:
        console.print(f"[red]{escape(catalogue.failure_text(visit.failure))}[/]")
    first_tls = next((hop.tls for hop in visit.hops if hop.tls), None)
    if first_tls is not None:
        for line in _chain(first_tls):
            console.print(line)


def _hop(hop: Hop) -> Iterator[str]:
    yield str(hop.status or "–")
    yield hop.address or "–"
    yield hop.http_version or "–"
    for name in ("dns", "connect", "tls", "ttfb", "transfer"):
        yield f"{getattr(hop.phases, name) / 1000:.1f}"


def _chain(tls: TlsSession) -> Iterator[str]:
    why = words.distrust(tls.verify_code, tls.verify_message)
    trust = "[green]terverifikasi[/]" if tls.verify_code == 0 else f"[red]tidak terverifikasi: {escape(why)}[/]"
    yield f"{escape(tls.version)} {escape(tls.cipher)}  rantai {trust}"
    for depth, certificate in enumerate(tls.chain):
        yield f"  {depth} {_certificate(certificate)}"


def _certificate(certificate: Certificate) -> str:
    names = ", ".join(certificate.names[:4])
    until = table_time(certificate.not_after)
    return escape(f"{names or certificate.subject} – penerbit {certificate.issuer} – berlaku sampai {until}")


def _finding(console: Console, finding: Finding) -> None:
    for line in finding_lines(finding):
        console.print(line)


def finding_lines(finding: Finding) -> Iterator[str]:
    """*finding* in words, with markup."""
    entry = catalogue.text(finding.code)
    yield ""
    yield f"[bold]{finding.severity.value.upper()}[/] {escape(entry.title)}  [dim]{finding.code}[/]"
    yield f"  Terlihat: {escape(catalogue.describe(finding))}"
    yield f"  Mengapa penting: {escape(entry.why)}"
    yield f"  Perbaikan: {escape(entry.fix)}"
    yield f"  Rujukan: {escape(entry.reference)}"
