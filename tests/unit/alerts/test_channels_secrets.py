from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.channels.courier import REMEMBERED, Progress
from monitor.alerts.secrets import MASK, Veil, in_url


@pytest.mark.parametrize(
    "spelling", [str, quote, lambda text: quote(text, safe=""), quote_plus, lambda text: json.dumps(text)[1:-1]]
)
def test_a_secret_is_hidden_however_it_is_spelt(spelling: object) -> None:
    secret = 's3cr/t "é" +&'  # noqa: S105 - of a test
    assert callable(spelling)
    assert Veil([secret])(f"a{spelling(secret)}b") == f"a{MASK}b"


def test_basic_credentials_are_hidden() -> None:
    said = base64.b64encode(b"orang:sandi").decode()
    assert Veil(["orang:sandi"])(f"Authorization: Basic {said}") == f"Authorization: Basic {MASK}"


def test_the_longer_secret_goes_first() -> None:
    assert Veil(["abc", "abcdef"])("abcdef abc") == f"{MASK} {MASK}"


@given(st.text(min_size=3, max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_nothing_hidden_can_be_read(secret: str, before: str, after: str) -> None:
    shown = Veil([secret])(before + secret + after)
    assert secret not in shown.replace(MASK, "\0") or secret in MASK


def test_without_secrets_nothing_changes() -> None:
    assert Veil(["", "a"])("a text") == "a text"
    assert repr(Veil(["geheim"])) == "Veil()"


@pytest.mark.parametrize(
    ("url", "hidden", "shown"),
    [
        ("tgram://123:AAF-x/-100/", {"123:AAF-x", "AAF-x", "-100"}, set()),
        ("slack://TokA/TokB/TokC/kanal", {"TokA", "TokB", "TokC"}, set()),
        (
            "json://orang:s%40ndi@x.id:8443/jalur?kunci=nilai#ekor",
            {"orang", "s@ndi", "jalur", "nilai", "ekor"},
            {"x.id", "8443"},
        ),
        ("https://hc-ping.com/uuid-1", {"uuid-1"}, {"hc-ping.com"}),
        ("json://[::1/x", {"x"}, set()),
        ("bukan url", {"bukan url"}, set()),
    ],
)
def test_what_of_a_url_may_be_secret(url: str, hidden: set[str], shown: set[str]) -> None:
    found = in_url(url)
    assert hidden <= found
    assert not shown & found


def test_progress_remembers_the_last_parcels() -> None:
    progress = Progress()
    for number in range(REMEMBERED + 1):
        progress.add(f"p{number}", 0)
    assert not progress.has("p0", 0)
    assert progress.has("p1", 0)
    progress.done("p1")
    assert not progress.has("p1", 0)
