"""What a page betrays of its software, and what is known of versions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.content.facts import Document
from monitor.content.software import (
    MAX_ITEMS,
    Software,
    Support,
    ended_on,
    parsed,
    products,
    software_of,
    software_of_headers,
    support,
)

TODAY = date(2026, 11, 24)
SITE = "https://onje.desa.id"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"metas": (("generator", "WordPress 6.4.2"),)}, {"WordPress": "6.4.2"}, id="generator"),
        pytest.param(
            {"metas": (("generator", "Joomla! - Open Source Content Management"),)}, {"Joomla": ""}, id="no version"
        ),
        pytest.param(
            {"metas": (("generator", "Drupal 7 (https://www.drupal.org)"),)}, {"Drupal": "7"}, id="a major version"
        ),
        pytest.param(
            {"styles": (f"{SITE}/wp-includes/css/dist/block-library/style.min.css?ver=6.1.1",)},
            {"WordPress": "6.1.1"},
            id="a core file",
        ),
        pytest.param(
            {"scripts": (f"{SITE}/wp-includes/js/jquery/jquery.min.js?ver=3.7.1",)},
            {"WordPress": ""},
            id="a library's version is not the system's",
        ),
        pytest.param(
            {"scripts": (f"{SITE}/wp-content/plugins/x/x.js?ver=9.9",)}, {"WordPress": ""}, id="nor a plugin's"
        ),
        pytest.param({"scripts": (f"{SITE}/media/jui/js/jquery.min.js",)}, {"Joomla": "3"}, id="Joomla 3"),
        pytest.param({"scripts": (f"{SITE}/misc/drupal.js?q1",)}, {"Drupal": "7"}, id="Drupal 7"),
        pytest.param({"text": "Hak cipta OpenSID v23.05"}, {"OpenSID": "23.05"}, id="a footer"),
        pytest.param({"text": "dengan OpenSID versi 2405.0.1."}, {"OpenSID": "2405.0.1"}, id="the new numbers"),
        pytest.param({"text": "OpenDK 2410.0.0 - Kecamatan"}, {"OpenDK": "2410.0.0"}, id="OpenDK"),
        pytest.param({"text": "OpenSID sejak 2018, 24.000 desa"}, {}, id="no version of it"),
        pytest.param({"styles": (f"{SITE}/desa/themes/esensi/style.css",)}, {"OpenSID": ""}, id="its folders"),
        pytest.param(
            {"metas": (("generator", "WordPress"), ("generator", "Elementor 3.1")), "text": ""},
            {"WordPress": "", "Elementor": "3.1"},
            id="two",
        ),
        pytest.param({"metas": (("generator", "rahasia"),)}, {}, id="unknown, without a version"),
        pytest.param({}, {}, id="nothing"),
    ],
)
def test_what_a_page_betrays(values: dict[str, tuple[str, ...]], expected: dict[str, str]) -> None:
    document = Document(**{"url": f"{SITE}/", **values})  # type: ignore[arg-type]

    assert {item.name: item.version for item in software_of(document)} == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([("x-powered-by", "PHP/7.4.33")], {"PHP": "7.4.33"}, id="powered by"),
        pytest.param([("server", "Apache/2.4.6 (CentOS) PHP/5.4.16")], {"PHP": "5.4.16"}, id="server"),
        pytest.param([("x-powered-by", "PHP/8.3.1"), ("server", "PHP/5.4")], {"PHP": "8.3.1"}, id="the first counts"),
        pytest.param([("x-generator", "Drupal 10 (https://www.drupal.org)")], {"Drupal": "10"}, id="generator"),
        pytest.param([("x-powered-by", "Express")], {}, id="something else"),
        pytest.param([("x-powered-by", "PHP")], {}, id="no version"),
    ],
)
def test_what_header_fields_betray(headers: list[tuple[str, str]], expected: dict[str, str]) -> None:
    assert {item.name: item.version for item in software_of_headers(headers)} == expected


@pytest.mark.parametrize(
    ("name", "version", "today", "expected"),
    [
        pytest.param("PHP", "7.4.33", TODAY, Support.DEAD, id="PHP 7.4"),
        pytest.param("PHP", "8.2.1", date(2026, 12, 31), Support.CURRENT, id="on the last day"),
        pytest.param("PHP", "8.2.1", date(2027, 1, 1), Support.DEAD, id="on the day after"),
        pytest.param("PHP", "5.3", TODAY, Support.DEAD, id="all of PHP 5"),
        pytest.param("PHP", "9.0", TODAY, Support.CURRENT, id="newer than the table"),
        pytest.param("WordPress", "4.6", TODAY, Support.DEAD, id="below the last that is mended"),
        pytest.param("WordPress", "4.7", TODAY, Support.OUTDATED, id="the last that is mended"),
        pytest.param("WordPress", "6.7.9", TODAY, Support.OUTDATED, id="below the oldest supported"),
        pytest.param("WordPress", "6.8", TODAY, Support.CURRENT, id="the oldest supported"),
        pytest.param("WordPress", "99.1", TODAY, Support.CURRENT, id="from the future"),
        pytest.param("WordPress", "6", TODAY, Support.CURRENT, id="a major version says too little"),
        pytest.param("Joomla", "3", TODAY, Support.DEAD, id="Joomla 3"),
        pytest.param("Joomla", "5.3", TODAY, Support.OUTDATED, id="Joomla 5.3"),
        pytest.param("Drupal", "7", TODAY, Support.DEAD, id="Drupal 7"),
        pytest.param("OpenSID", "23.05", TODAY, Support.OUTDATED, id="OpenSID of 2023"),
        pytest.param("OpenSID", "2502.0.0", TODAY, Support.OUTDATED, id="the month before"),
        pytest.param("OpenSID", "25.03", TODAY, Support.CURRENT, id="the oldest month"),
        pytest.param("OpenSID", "3.10", TODAY, Support.DEAD, id="from before there were months"),
        pytest.param("OpenSID", "", TODAY, Support.UNKNOWN, id="no version"),
        pytest.param("OpenSID", "x.y", TODAY, Support.UNKNOWN, id="no number"),
        pytest.param("Elementor", "1.0", TODAY, Support.UNKNOWN, id="not in the table"),
    ],
)
def test_support(name: str, version: str, today: date, expected: Support) -> None:
    assert support(Software(name, version), today) is expected


def test_the_same_release_however_it_is_written() -> None:
    assert parsed("OpenSID", "23.05") == parsed("OpenSID", "2305.0.0") == (23, 5)


def test_the_table_is_sound() -> None:
    for name, product in products().items():
        assert product.source
        assert date(2025, 1, 1) < product.as_of
        latest = Software(name, product.latest)
        assert support(latest, product.as_of) is Support.CURRENT
        assert ended_on(latest) is None or ended_on(latest) > product.as_of  # type: ignore[operator]


@given(st.text(max_size=200), st.text(max_size=60))
def test_nothing_makes_it_raise(text: str, generator: str) -> None:
    found = software_of(
        Document(
            url="", text=f"OpenSID {text}", metas=(("generator", generator),), scripts=(text,), styles=(generator,)
        )
    )

    assert len(found) <= MAX_ITEMS
    assert all(support(item, TODAY) for item in found)
    assert software_of_headers([("x-powered-by", generator), ("x-generator", text)]) is not None
