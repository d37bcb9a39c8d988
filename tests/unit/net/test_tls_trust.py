"""The contexts a transport is built with."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from monitor.errors import ConfigError
from monitor.net import trust
from monitor.net.trust import build_trust
from monitor.settings import Net


def test_only_the_permissive_context_verifies_nothing() -> None:
    contexts = build_trust(Net(system_ca=False))

    for context in (contexts.strict, contexts.outdated):
        assert context.check_hostname
        assert context.verify_mode is ssl.CERT_REQUIRED
    assert not contexts.permissive.check_hostname
    assert contexts.permissive.verify_mode is ssl.CERT_NONE


def test_the_strict_context_offers_what_browsers_offer() -> None:
    contexts = build_trust(Net(system_ca=False))

    assert contexts.strict.minimum_version is ssl.TLSVersion.TLSv1_2
    assert contexts.is_modern("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
    assert contexts.is_modern("TLSv1.3", "TLS_AES_128_GCM_SHA256")
    assert not contexts.is_modern("TLSv1.2", "DHE-RSA-AES128-SHA")
    assert not contexts.is_modern("TLSv1", "ECDHE-RSA-AES128-SHA")


def test_an_extra_authority_is_trusted_beside_or_alone(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(pem)

    contexts = build_trust(Net(system_ca=False, extra_ca=(pem,)))

    assert [len(context.get_ca_certs()) for context in (contexts.strict, contexts.outdated)] == [1, 1]


def test_every_unusable_authority_is_told_at_once(tmp_path: Path) -> None:
    garbage, missing = tmp_path / "garbage.pem", tmp_path / "missing.pem"
    garbage.write_text("bukan PEM")

    with pytest.raises(ConfigError) as caught:
        build_trust(Net(system_ca=False, extra_ca=(garbage, missing)))

    messages = [problem.message for problem in caught.value.problems]
    assert [str(path) in message for path, message in zip((garbage, missing), messages, strict=True)] == [True, True]


def test_a_system_without_authorities_is_our_problem_and_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "_has_system_ca", lambda: False)

    with pytest.raises(ConfigError, match="otoritas sertifikat"):
        build_trust(Net())
