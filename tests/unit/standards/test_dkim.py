"""Reading DKIM keys (RFC 6376 §3.6.1, RFC 8301, RFC 8463)."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa as real

from monitor.standards.der import rsa_bits
from monitor.standards.dkim import parse
from tests.unit.standards.keys import EC, ED25519, rsa
from tests.unit.standards.marking import errors, marked

GOOD = rsa(2048)


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        pytest.param(f"v=DKIM1; k=rsa; p={GOOD}", 2048, id="usual"),
        pytest.param(f"p={GOOD}", 2048, id="shortest"),
        pytest.param(f"v=DKIM1;k=rsa;p={GOOD};", 2048, id="no blanks, final semicolon"),
        pytest.param(f"v=DKIM1; p={GOOD[:40]} {GOOD[40:]}", 2048, id="blank in the key"),
        pytest.param(f"v=DKIM1; k=ed25519; p={ED25519}", 256, id="Ed25519"),
        pytest.param(f"v=DKIM1; h=sha256; s=email; t=s; n=note; p={GOOD}", 2048, id="all tags"),
        pytest.param(f"v=DKIM1; p={rsa(2048, wrapped=False)}", 2048, id="bare RSAPublicKey"),
        pytest.param(f"p={rsa(4096)}", 4096, id="4096"),
    ],
)
def test_a_good_key_gives_no_remark(text: str, bits: int) -> None:
    linted = parse(text)

    assert marked(text, linted) == []
    assert linted.value is not None
    assert (linted.value.bits, linted.value.revoked, linted.value.for_mail) == (bits, False, True)
    assert parse(str(linted.value)).value == linted.value


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("", [""], id="empty"),
        pytest.param("v=DKIM1; k=rsa", [""], id="no key"),
        pytest.param(f"v=DKIM2; p={GOOD}", ["DKIM2"], id="another version"),
        pytest.param(f"v=dkim1; p={GOOD}", ["dkim1"], id="small letters"),
        pytest.param(f"p={GOOD}; v=DKIM1", ["v"], id="version not first"),
        pytest.param(f"k=dsa; p={GOOD}", ["dsa"], id="another type"),
        pytest.param(f"k=rsa; k=rsa; p={GOOD}", ["k"], id="twice"),
        pytest.param("p=abc!", ["abc!"], id="not Base64"),
        pytest.param(f"p={GOOD[:101]}", [GOOD[:101]], id="cut"),
        pytest.param(f"p={GOOD[:100]}", [GOOD[:100]], id="cut at a whole group"),
        pytest.param(f"p={EC}", [EC], id="another kind of key"),
        pytest.param(f"p={rsa(512)}", [rsa(512)], id="512 bits"),
        pytest.param(f"p={rsa(1023)}", [rsa(1023)], id="1023 bits"),
        pytest.param(f"k=ed25519; p={ED25519[:40]}", [ED25519[:40]], id="short Ed25519"),
        pytest.param(f"k=ed25519; p={GOOD}", [GOOD], id="RSA said to be Ed25519"),
        pytest.param(f"h=sha1; p={GOOD}", ["sha1"], id="SHA-1 alone"),
        pytest.param(f";p={GOOD}", [""], id="semicolon first"),
        pytest.param(f"p={GOOD};; t=s", [""], id="two semicolons"),
        pytest.param(f"p={GOOD}; moo", ["moo"], id="no value"),
    ],
)
def test_what_makes_signatures_fail_is_pointed_at(text: str, places: list[str]) -> None:
    assert errors(text, parse(text)) == places


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        pytest.param("v=DKIM1; p=", [("peringatan", "p")], id="revoked"),
        pytest.param(f"p={rsa(1024)}", [("peringatan", rsa(1024))], id="1024 bits"),
        pytest.param(f"p={rsa(2047)}", [("peringatan", rsa(2047))], id="2047 bits"),
        pytest.param(f"p={rsa(8192)}", [("peringatan", rsa(8192))], id="8192 bits"),
        pytest.param(f"t=y:s; p={GOOD}", [("peringatan", "y")], id="testing"),
        pytest.param(f"h=sha1:sha256; p={GOOD}", [("peringatan", "sha1")], id="SHA-1 too"),
        pytest.param(f"s=tlsrpt; p={GOOD}", [("peringatan", "tlsrpt")], id="not for mail"),
        pytest.param(f"g=*; p={GOOD}", [("catatan", "g")], id="tag of old"),
        pytest.param(f"q=dns; p={GOOD}", [("catatan", "q")], id="unknown tag"),
    ],
)
def test_what_is_allowed_but_weak_is_remarked(text: str, remarks: list[tuple[str, str]]) -> None:
    linted = parse(text)

    assert linted.valid
    assert marked(text, linted) == remarks


def test_a_revoked_key_is_no_broken_key() -> None:
    value = parse("v=DKIM1; p=").value

    assert value is not None
    assert (value.revoked, value.bits) == (True, None)


def test_a_real_key_has_the_size_it_was_made_with() -> None:
    key = real.generate_private_key(65537, 1024).public_key()  # noqa: S505 – small, so that the test is quick
    wrapped = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    bare = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)

    assert (rsa_bits(wrapped), rsa_bits(bare)) == (1024, 1024)


def test_a_key_cut_anywhere_has_no_size() -> None:
    whole = base64.b64decode(GOOD)

    assert {rsa_bits(whole[:length]) for length in range(len(whole))} == {None}


def test_a_key_with_something_behind_it_has_no_size() -> None:
    assert rsa_bits(base64.b64decode(GOOD) + b"\0") is None
