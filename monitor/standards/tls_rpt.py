"""SMTP TLS reporting records (RFC 8460 §3): where senders report trouble with encryption."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.standards.addresses import https_host, mailto_address
from monitor.standards.linted import Linted
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.tags import quoted, tag_list, without_doubles

_IS_RECORD = re.compile(r"v=TLSRPTv1[ \t]*;")
_SECTION = "RFC 8460 §3"


@dataclass(frozen=True, slots=True)
class TlsRpt:
    """Where reports go: `mailto:` and `https:` URIs."""

    rua: tuple[str, ...]

    def __str__(self) -> str:
        """The record as it would be written."""
        return f"v=TLSRPTv1; rua={','.join(self.rua)}"


def records(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of the TXT records that are TLS-RPT; more than one counts as none (RFC 8460 §3)."""
    return tuple(text for text in texts if _IS_RECORD.match(text))


def parse(text: str) -> Linted[TlsRpt]:
    """The record in *text*."""
    remarks = Remarks(text)
    if _IS_RECORD.match(text) is None:
        first = Piece(text).partition(";")[0]
        remarks.error(first, "catatan TLS-RPT mulai dengan v=TLSRPTv1; (huruf besar-kecil persis)", _SECTION)
        return remarks.linted(None)
    tags = without_doubles(tag_list(text, remarks, _SECTION), remarks, _SECTION)
    for name, tag in tags.items():
        if name not in {"v", "rua"}:
            remarks.note(tag.name, f"tag {quoted(name)} tidak dikenal dan diabaikan", _SECTION)
    if "rua" not in tags:
        remarks.error(remarks.whole, "rua tidak ada: tidak ada tempat untuk laporan", _SECTION)
        return remarks.linted(None)
    uris = [part.strip() for part in tags["rua"].value.split(",")]
    usable = tuple(uri.text for uri in uris if _usable(uri, tags["rua"].name, remarks))
    return remarks.linted(TlsRpt(usable) if usable else None)


def _usable(uri: Piece, name: Piece, remarks: Remarks) -> bool:
    if mailto_address(uri.text) or https_host(uri.text):
        return True
    hint = f"; tulis mailto:{uri.text}" if "@" in uri.text and ":" not in uri.text else ""
    remarks.error(uri or name, f"{quoted(uri.text)} bukan URI mailto: atau https: yang benar{hint}", _SECTION)
    return False
