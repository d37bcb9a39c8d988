"""
The seal: what the record said on a day, hashed, chained to the day before, signed – and whether it still says so.

How it works, and what it cannot do: `docs/seal.md`.
"""

from __future__ import annotations

from monitor.seal.errors import BadSeal, KeyProblem
from monitor.seal.flaws import Flaw
from monitor.seal.keys import Keyring, SealKey
from monitor.seal.sealed import Sealed
from monitor.seal.sealer import Sealer
from monitor.seal.verify import Question, Report, verify

__all__ = [
    "BadSeal",
    "Flaw",
    "KeyProblem",
    "Keyring",
    "Question",
    "Report",
    "SealKey",
    "Sealed",
    "Sealer",
    "verify",
]
