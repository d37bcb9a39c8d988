"""Cipher suites up to TLS 1.2 and those of 1.3, by IANA's numbers and names, and what is weak about them."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.net.tls_facts import Family

# IANA's registry "TLS Cipher Suites", strongest first, as a browser of its time would offer them.
_STRONG = """
C02B ECDHE_ECDSA_WITH_AES_128_GCM_SHA256        C02F ECDHE_RSA_WITH_AES_128_GCM_SHA256
C02C ECDHE_ECDSA_WITH_AES_256_GCM_SHA384        C030 ECDHE_RSA_WITH_AES_256_GCM_SHA384
CCA9 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256  CCA8 ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
C0AC ECDHE_ECDSA_WITH_AES_128_CCM               C0AD ECDHE_ECDSA_WITH_AES_256_CCM
009E DHE_RSA_WITH_AES_128_GCM_SHA256            009F DHE_RSA_WITH_AES_256_GCM_SHA384
CCAA DHE_RSA_WITH_CHACHA20_POLY1305_SHA256      00A2 DHE_DSS_WITH_AES_128_GCM_SHA256
C09E DHE_RSA_WITH_AES_128_CCM                   C09F DHE_RSA_WITH_AES_256_CCM
C023 ECDHE_ECDSA_WITH_AES_128_CBC_SHA256        C027 ECDHE_RSA_WITH_AES_128_CBC_SHA256
C024 ECDHE_ECDSA_WITH_AES_256_CBC_SHA384        C028 ECDHE_RSA_WITH_AES_256_CBC_SHA384
C009 ECDHE_ECDSA_WITH_AES_128_CBC_SHA           C013 ECDHE_RSA_WITH_AES_128_CBC_SHA
C00A ECDHE_ECDSA_WITH_AES_256_CBC_SHA           C014 ECDHE_RSA_WITH_AES_256_CBC_SHA
C072 ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256   C076 ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256
C073 ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384   C077 ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384
0067 DHE_RSA_WITH_AES_128_CBC_SHA256            006B DHE_RSA_WITH_AES_256_CBC_SHA256
0033 DHE_RSA_WITH_AES_128_CBC_SHA               0039 DHE_RSA_WITH_AES_256_CBC_SHA
0032 DHE_DSS_WITH_AES_128_CBC_SHA               0038 DHE_DSS_WITH_AES_256_CBC_SHA
0045 DHE_RSA_WITH_CAMELLIA_128_CBC_SHA          0088 DHE_RSA_WITH_CAMELLIA_256_CBC_SHA
009C RSA_WITH_AES_128_GCM_SHA256                009D RSA_WITH_AES_256_GCM_SHA384
C09C RSA_WITH_AES_128_CCM                       C09D RSA_WITH_AES_256_CCM
003C RSA_WITH_AES_128_CBC_SHA256                003D RSA_WITH_AES_256_CBC_SHA256
002F RSA_WITH_AES_128_CBC_SHA                   0035 RSA_WITH_AES_256_CBC_SHA
0041 RSA_WITH_CAMELLIA_128_CBC_SHA              0084 RSA_WITH_CAMELLIA_256_CBC_SHA
C004 ECDH_ECDSA_WITH_AES_128_CBC_SHA            C00E ECDH_RSA_WITH_AES_128_CBC_SHA
0096 RSA_WITH_SEED_CBC_SHA                      0007 RSA_WITH_IDEA_CBC_SHA
"""
_WEAK = """
C008 ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA          C012 ECDHE_RSA_WITH_3DES_EDE_CBC_SHA
0016 DHE_RSA_WITH_3DES_EDE_CBC_SHA              0013 DHE_DSS_WITH_3DES_EDE_CBC_SHA
000A RSA_WITH_3DES_EDE_CBC_SHA                  C003 ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA
C00D ECDH_RSA_WITH_3DES_EDE_CBC_SHA
C007 ECDHE_ECDSA_WITH_RC4_128_SHA               C011 ECDHE_RSA_WITH_RC4_128_SHA
0005 RSA_WITH_RC4_128_SHA                       0004 RSA_WITH_RC4_128_MD5
C002 ECDH_ECDSA_WITH_RC4_128_SHA                C00C ECDH_RSA_WITH_RC4_128_SHA
0015 DHE_RSA_WITH_DES_CBC_SHA                   0012 DHE_DSS_WITH_DES_CBC_SHA
0009 RSA_WITH_DES_CBC_SHA                       000C DH_DSS_WITH_DES_CBC_SHA
000F DH_RSA_WITH_DES_CBC_SHA
0014 DHE_RSA_EXPORT_WITH_DES40_CBC_SHA          0011 DHE_DSS_EXPORT_WITH_DES40_CBC_SHA
0008 RSA_EXPORT_WITH_DES40_CBC_SHA              0006 RSA_EXPORT_WITH_RC2_CBC_40_MD5
0003 RSA_EXPORT_WITH_RC4_40_MD5                 0062 RSA_EXPORT1024_WITH_DES_CBC_SHA
0064 RSA_EXPORT1024_WITH_RC4_56_SHA
C019 ECDH_anon_WITH_AES_256_CBC_SHA             C018 ECDH_anon_WITH_AES_128_CBC_SHA
C017 ECDH_anon_WITH_3DES_EDE_CBC_SHA            C016 ECDH_anon_WITH_RC4_128_SHA
00A7 DH_anon_WITH_AES_256_GCM_SHA384            00A6 DH_anon_WITH_AES_128_GCM_SHA256
006D DH_anon_WITH_AES_256_CBC_SHA256            006C DH_anon_WITH_AES_128_CBC_SHA256
003A DH_anon_WITH_AES_256_CBC_SHA               0034 DH_anon_WITH_AES_128_CBC_SHA
0089 DH_anon_WITH_CAMELLIA_256_CBC_SHA          0046 DH_anon_WITH_CAMELLIA_128_CBC_SHA
001B DH_anon_WITH_3DES_EDE_CBC_SHA              0018 DH_anon_WITH_RC4_128_MD5
001A DH_anon_WITH_DES_CBC_SHA                   0019 DH_anon_EXPORT_WITH_DES40_CBC_SHA
0017 DH_anon_EXPORT_WITH_RC4_40_MD5
C006 ECDHE_ECDSA_WITH_NULL_SHA                  C010 ECDHE_RSA_WITH_NULL_SHA
003B RSA_WITH_NULL_SHA256                       0002 RSA_WITH_NULL_SHA
0001 RSA_WITH_NULL_MD5                          C015 ECDH_anon_WITH_NULL_SHA
C001 ECDH_ECDSA_WITH_NULL_SHA                   C00B ECDH_RSA_WITH_NULL_SHA
"""
_MODERN = """
1301 AES_128_GCM_SHA256  1302 AES_256_GCM_SHA384  1303 CHACHA20_POLY1305_SHA256
1304 AES_128_CCM_SHA256  1305 AES_128_CCM_8_SHA256
"""
_MARKS: Mapping[Family, str] = {
    Family.NULL: "_NULL_",
    Family.ANONYMOUS: "_anon_",
    Family.EXPORT: "_EXPORT",
    Family.DES: "_DES_",
    Family.RC4: "_RC4_",
    Family.TRIPLE_DES: "_3DES_",
}
_UNAUTHENTICATED = frozenset({Family.NULL, Family.ANONYMOUS})


def _table(text: str) -> dict[int, str]:
    words = text.split()
    return {int(code, 16): f"TLS_{name}" for code, name in zip(words[::2], words[1::2], strict=True)}


NAMES: Mapping[int, str] = _table(_STRONG + _WEAK + _MODERN)
"""Every suite that is ever offered."""


def name_of(code: int) -> str:
    """IANA's name of the suite *code*, or its number."""
    return NAMES.get(code) or f"0x{code:04X}"


def family_of(code: int) -> Family | None:
    """What is weak about the suite *code*; None when nothing is, or when it is not ours."""
    name = NAMES.get(code, "")
    return next((family for family, mark in _MARKS.items() if mark in name), None)


def is_forward_secret(code: int) -> bool:
    """Whether the suite *code* agrees on a key that nobody can recover later, with a server that proves who it is."""
    return code in MODERN or NAMES.get(code, "").startswith(("TLS_ECDHE_", "TLS_DHE_"))


MODERN = tuple(_table(_MODERN))
"""Of TLS 1.3."""
WEAK: Mapping[Family, tuple[int, ...]] = {
    family: tuple(code for code in _table(_WEAK) if family_of(code) is family) for family in Family
}
USUAL = (
    *_table(_STRONG),
    *(code for code in _table(_WEAK) if family_of(code) not in _UNAUTHENTICATED),
)
"""What a client of any age may offer up to TLS 1.2: everything but suites without encryption or without a server."""
FORWARD_SECRET = tuple(code for code in USUAL if is_forward_secret(code))
