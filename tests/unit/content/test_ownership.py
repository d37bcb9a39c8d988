"""Whose page it is, by what it names; and pages that are nobody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.content.facts import Document, Link
from monitor.content.ownership import OFTEN, naming
from monitor.content.parked import FEW_WORDS, HARDLY_ANY, MAX_EXCERPT, Stand, placeholder

BANYUMAS = "Kabupaten Banyumas "


def page(**values: object) -> Document:
    return Document(**{"url": "https://onje.desa.id/", **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(page(title="Desa Onje – Kab. Purbalingga"), id="title"),
        pytest.param(page(text="Jalan Raya Onje, PURBALINGGA 53352"), id="text"),
        pytest.param(page(metas=(("description", "Situs desa di Purbalingga"),)), id="meta"),
        pytest.param(page(json_ld=('{"addressRegion": "Purbalingga"}',)), id="data"),
        pytest.param(page(links=(Link("https://www.purbalinggakab.go.id/", "Pemkab"),)), id="a link to the county"),
        pytest.param(page(text="Kecamatan Mrebet"), id="a district"),
        pytest.param(page(text="Kec. Rembang"), id="a district that has a regency's name, and none is named"),
        pytest.param(page(title="Kabupaten Banyumas dan Purbalingga"), id="both"),
    ],
)
def test_at_home(document: Document) -> None:
    assert naming(document).is_at_home


@pytest.mark.parametrize(
    ("document", "others"),
    [
        pytest.param(page(title="Desa Onje"), (), id="nothing at all"),
        pytest.param(page(title="Desa Onje Kabupaten Banyumas"), ("banyumas",), id="title"),
        pytest.param(page(headings=("Pemkab Kulon Progo",)), ("kulon progo",), id="two words"),
        pytest.param(page(text=BANYUMAS * OFTEN), ("banyumas",), id="often"),
        pytest.param(page(text=BANYUMAS * (OFTEN - 1)), (), id="a passing mention"),
        pytest.param(page(text="Kec. Rembang", title="Kabupaten Rembang"), ("rembang",), id="the other Rembang"),
        pytest.param(page(text="Kabupaten Layak Anak " * 9), (), id="no place"),
        pytest.param(page(text="Kec. Karangjati"), (), id="another's district"),
        pytest.param(page(links=(Link("https://purbalinggakab.go.id.evil.example/", ""),)), (), id="an imitation"),
    ],
)
def test_not_at_home(document: Document, others: tuple[str, ...]) -> None:
    found = naming(document)

    assert not found.is_at_home
    assert found.others == others


@pytest.mark.parametrize(
    ("document", "stand"),
    [
        pytest.param(page(title="Apache2 Debian Default Page: It works"), Stand.DEFAULT, id="apache"),
        pytest.param(page(title="Apache2 Ubuntu Default Page: It works"), Stand.DEFAULT, id="apache on ubuntu"),
        pytest.param(page(title="Welcome to nginx!"), Stand.DEFAULT, id="nginx"),
        pytest.param(page(headings=("It works!",)), Stand.DEFAULT, id="it works"),
        pytest.param(page(title="Index of /"), Stand.DEFAULT, id="a listing"),
        pytest.param(page(title="IIS Windows Server"), Stand.DEFAULT, id="iis"),
        pytest.param(page(title="Account Suspended"), Stand.SUSPENDED, id="suspended"),
        pytest.param(page(text="Akun hosting telah disuspend."), Stand.SUSPENDED, id="suspended, Indonesian"),
        pytest.param(page(title="onje.desa.id is for sale"), Stand.PARKED, id="for sale"),
        pytest.param(page(text="This domain has expired. Renew it now."), Stand.PARKED, id="expired"),
        pytest.param(page(text="Domain ini telah kedaluwarsa"), Stand.PARKED, id="expired, Indonesian"),
        pytest.param(page(text="", scripts=("https://img.sedoparking.com/x.js",)), Stand.PARKED, id="a parking host"),
        pytest.param(page(refreshes=("https://www.hugedomains.com/x",)), Stand.PARKED, id="led to a broker"),
        pytest.param(page(title="Desa Onje", text="Website resmi desa"), None, id="a site"),
        pytest.param(page(title="Tips", text="kata " * HARDLY_ANY + "domain expired"), None, id="talk"),
        pytest.param(page(title="Domain expired", text="kata " * FEW_WORDS), None, id="a long article"),
        pytest.param(page(scripts=("https://notsedo.com/x.js",)), None, id="the end of a name"),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_a_site(document: Document, stand: Stand | None) -> None:
    found = placeholder(document)

    assert (found and found.stand) == stand
    assert found is None or found.excerpt


@given(st.text(max_size=300))
def test_an_excerpt_is_short_and_plain(text: str) -> None:
    found = placeholder(page(title=f"welcome to nginx {text}", text=text))

    assert found is not None
    assert len(found.excerpt) <= MAX_EXCERPT
    assert found.excerpt.isprintable()
