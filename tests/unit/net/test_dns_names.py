"""Which hosts can be asked for at all."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.dns import Resolver
from monitor.net.dns_answer import question
from monitor.net.facts import ExchangeFailed, FailureKind
from monitor.settings import Dns


@pytest.mark.parametrize(
    ("host", "name"),
    [
        pytest.param("desa-bojong.desa.id", "desa-bojong.desa.id", id="plain"),
        pytest.param("Desa-Bojong.DESA.id.", "desa-bojong.desa.id", id="case and final dot"),
        pytest.param("bücher.example", "xn--bcher-kva.example", id="U-label"),
        pytest.param("BÜCHER.example", "xn--bcher-kva.example", id="U-label in capitals"),
        pytest.param("例え。jp", "xn--r8jz45g.jp", id="ideographic full stop"),
        pytest.param("a.b-c_d.example", "a.b-c_d.example", id="hyphen and underscore"),
        pytest.param("1.example", "1.example", id="a number that is not last"),
        pytest.param(f"{'a' * 63}.example", f"{'a' * 63}.example", id="the longest label"),
    ],
)
def test_a_host_becomes_its_a_labels(host: str, name: str) -> None:
    assert question(host, "A").name == name


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("", id="nothing"),
        pytest.param(".", id="the root"),
        pytest.param("a..example", id="an empty label"),
        pytest.param(".example", id="a leading dot"),
        pytest.param(f"{'a' * 64}.example", id="a label too long"),
        pytest.param("a." * 127 + "example", id="a name too long"),
        pytest.param("www example", id="a space"),
        pytest.param("www\n.example", id="a line break"),
        pytest.param("www.example\n", id="a line break at the end"),
        pytest.param("www\\046example", id="an escape"),
        pytest.param("user@example", id="a user"),
        pytest.param("*.example", id="a wildcard"),
        pytest.param("108.1.20.07.5", id="an address with a part too many"),
        pytest.param("90.220.07.1", id="an address with an octal part"),
        pytest.param("2130706433", id="an address in one number"),
        pytest.param("0x7f.0x0.0x0.0x1", id="an address in hexadecimal"),
        pytest.param("１２７.0.0.1", id="an address in full-width digits"),
        pytest.param("\u200d.example", id="an invisible label"),
        pytest.param("ü" * 70 + ".example", id="a U-label too long"),
    ],
)
async def test_a_host_that_cannot_be_a_name_is_a_bad_url_and_asks_nobody(host: str) -> None:
    resolver = Resolver(Dns(nameservers=("192.0.2.53",)))
    with pytest.raises(ExchangeFailed) as failed:
        await resolver.resolve(host, deadline=asyncio.get_running_loop().time() + 5)
    assert failed.value.failure.kind is FailureKind.BAD_URL


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_a_value_error(host: str) -> None:
    try:
        name = question(host, "A").name
    except ValueError:
        return
    assert name.isascii()
    assert 0 < len(name) <= 253
    assert question(name, "A").name == name
