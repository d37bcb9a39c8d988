"""What holds for every grammar and any text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.standards import caa, csp, dkim, dmarc, hsts, mta_sts, security_txt, spf, tls_rpt
from monitor.standards.linted import Linted
from tests.unit.standards.keys import ED25519, rsa

Parse = Callable[[str], Linted[Any]]


def security_txt_now(text: str) -> Linted[Any]:
    return security_txt.parse(text, datetime(2026, 11, 24, tzinfo=UTC))


GRAMMARS: dict[str, tuple[Parse, tuple[str, ...]]] = {
    "spf": (spf.parse, ("v=spf1 ", "a", "mx", "ip4:192.0.2.", "ip6:2001:db8::", "include:", "x.example", "exists:",
                        "%{d", "2r}", "%", "/24", "//64", "redirect=", "exp=", "-all", "~", "all", "é")),
    "dmarc": (dmarc.parse, ("v=DMARC1;", "p=", "none", "reject", "sp=", "np=", "rua=", "mailto:a@x.example", "!10m",
                            ",", "fo=", "1:d", "pct=", "50", "t=y", "psd=", "adkim=s", "moo=")),
    "dkim": (dkim.parse, ("v=DKIM1;", "k=rsa;", "k=ed25519;", "p=", rsa(1024), ED25519, "h=sha1:", "sha256", "s=",
                          "t=y:s", "n=", "g=*")),
    "mta-sts": (mta_sts.parse, ("v=STSv1;", "id=", "20261124", "x=")),
    "mta-sts policy": (mta_sts.parse_policy, ("version:", " STSv1", "\r\n", "\n", "mode: enforce", "mode: testing",
                                              "mx: ", "*.x.example", "max_age: ", "86400")),
    "tls-rpt": (tls_rpt.parse, ("v=TLSRPTv1;", "rua=", "mailto:a@x.example", "https://x.example/", ",")),
    "caa": (caa.parse, ("0 ", "128 ", "issue ", "issuewild ", "iodef ", '"', "ca.example", ";", " a=b", "\\", "065")),
    "hsts": (hsts.parse, ("max-age=", "31536000", '"', "\\", "includeSubDomains", "preload", ",")),
    "csp": (csp.parse, ("default-src ", "script-src ", "'self' ", "'unsafe-inline' ", "'nonce-a' ", "* ", "https: ",
                        "frame-ancestors ", "'none'", ",", "'")),
    "security-txt": (
        security_txt_now,
        ("Contact: ", "mailto:a@x.example", "Expires: ", "2027-01-01T00:00:00Z", "\r\n", "\n", "\r", "# ", "- ",
         "-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256\n\n", "-----BEGIN PGP SIGNATURE-----",
         "-----END PGP SIGNATURE-----", "Policy:"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GRAMMARS)
@given(data=st.data())
def test_any_text_can_be_read_and_remarks_lie_within_it(name: str, data: st.DataObject) -> None:
    parse, words = GRAMMARS[name]
    pieces = st.one_of(st.sampled_from((*words, " ", ";", "=", ":")), st.text(max_size=6))
    text = data.draw(st.lists(pieces, max_size=14).map("".join))

    linted = parse(text)

    ends = [(remark.position, remark.position + remark.length) for remark in linted.remarks]
    assert all(0 <= start <= end <= len(text) for start, end in ends)
    assert ends == sorted(ends, key=lambda one: one[0])
    assert linted.value is not None or not linted.valid
    assert all(remark.message and remark.reference for remark in linted.remarks)


@pytest.mark.parametrize("name", GRAMMARS)
@given(data=st.data())
def test_a_valid_text_written_anew_says_the_same(name: str, data: st.DataObject) -> None:
    parse, words = GRAMMARS[name]
    good = [word for word in words if word.isascii() and word.isprintable()]
    text = data.draw(
        st.lists(st.sampled_from((*good, " ", "; ")), max_size=10).map(lambda parts: words[0] + "".join(parts))
    )

    linted = parse(text)

    if linted.valid:
        assert parse(str(linted.value)).value == linted.value
