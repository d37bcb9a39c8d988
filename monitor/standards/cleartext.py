"""The frame of an OpenPGP cleartext signature (RFC 9580 §7): found, and what is inside; never verified."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.standards.pieces import Piece, Remarks

_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = re.compile(r"^-----BEGIN PGP SIGNATURE-----[ \t]*$", re.MULTILINE)
_END = re.compile(r"^-----END PGP SIGNATURE-----[ \t]*$", re.MULTILINE)
_BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
_SECTION = "RFC 9580 §7"


@dataclass(frozen=True, slots=True)
class Body:
    """What is to be read."""

    piece: Piece
    signed: bool = False
    """Whether a whole frame stands around it."""


def body_of(text: str, remarks: Remarks) -> Body:
    """The signed part of *text*, or all of it when there is no frame."""
    whole = Piece(text)
    if not text.lstrip().startswith(_BEGIN):
        at = text.find(_BEGIN)
        if at >= 0:
            remarks.error(
                whole.cut(at, at + len(_BEGIN)), "tanda tangan harus meliputi seluruh berkas", "RFC 9116 §2.3"
            )
        return Body(whole)
    head = _BLANK_LINE.search(text)
    plain = text.replace("\r", " ")  # as long as before, so that places stay
    signature = _SIGNATURE.search(plain)
    if head is None or signature is None or _END.search(plain, signature.end()) is None:
        remarks.error(whole.cut(0, len(_BEGIN)), "bingkai tanda tangan OpenPGP tidak utuh", _SECTION)
        return Body(whole.cut(head.end() if head else len(_BEGIN)))
    return Body(whole.cut(head.end(), max(head.end(), signature.start())), signed=True)
