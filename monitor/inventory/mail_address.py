"""What can be wrong with a mail address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.inventory.cells import Fault, shown
from monitor.inventory.web_address import host_faults

_LOCAL_LENGTH = 64
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE | re.ASCII)
"""dot-atom of RFC 5322 §3.2.3; quoted local parts are for no office."""
_SEVERAL = re.compile(r"[\s,;]")
_EXAMPLE = "dinkominfo@purbalinggakab.go.id"


def mail_faults(text: str) -> Iterator[Fault]:
    """Everything wrong with *text* as one mail address."""
    if text.lower().startswith("mailto:"):
        yield Fault("surel diawali mailto:", "hapus mailto:")
        return
    if _SEVERAL.search(text):
        yield Fault("surel memuat spasi, koma, atau titik koma", "satu alamat saja; alamat lain ditulis di catatan")
        return
    local, at, domain = text.rpartition("@")
    if not at or len(local) > _LOCAL_LENGTH or not _LOCAL.fullmatch(local):
        yield Fault(f"surel {shown(text)} tidak berbentuk nama@domain", f"tulis seperti {_EXAMPLE}")
    elif any(host_faults(domain)) or domain.rpartition(".")[2].isdigit():
        yield Fault(f"domain surel {shown(domain)} tidak sah", f"tulis seperti {_EXAMPLE}")
