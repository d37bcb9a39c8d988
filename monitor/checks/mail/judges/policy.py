"""The MTA-STS policy that senders hold the mail servers to."""

from __future__ import annotations

from monitor.checks.mail.facts import MtaSts, PolicyFile, Trouble
from monitor.standards.mta_sts import Mode, StsPolicy, parse, parse_policy, records


def policy_of(seen: MtaSts) -> StsPolicy | None:
    """The policy, when it was fetched and a sender takes it."""
    if not isinstance(seen.policy, PolicyFile) or seen.policy.fault:
        return None
    linted = parse_policy(seen.policy.text)
    return linted.value if linted.valid else None


def is_announced(seen: MtaSts) -> bool:
    """Whether there is just one record, and a sender takes it (RFC 8461 §3.1)."""
    published = records(seen.texts) if isinstance(seen.texts, tuple) else ()
    return len(published) == 1 and parse(published[0]).valid


def is_settled(seen: MtaSts) -> bool:
    """Whether it is known what senders hold the servers to: not while a policy is announced and cannot be fetched."""
    return not (is_announced(seen) and isinstance(seen.policy, Trouble))


def is_enforced(seen: MtaSts) -> bool:
    """Whether senders refuse to deliver to servers without a certificate that verifies (RFC 8461 §5)."""
    policy = policy_of(seen)
    return is_announced(seen) and policy is not None and policy.mode is Mode.ENFORCE
