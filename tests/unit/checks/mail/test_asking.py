"""Which text records are of the kind that was asked for."""

from __future__ import annotations

import pytest

from monitor.checks.mail.looks.asking import of_version


@pytest.mark.parametrize(
    ("text", "is_kind"),
    [
        pytest.param("v=DMARC1; p=none", True, id="as written"),
        pytest.param("v=DMARC1", True, id="alone"),
        pytest.param(" v = dmarc1; p=none", True, id="wrongly written, to be told so"),
        pytest.param("v=DMARC12; p=none", False, id="another version"),
        pytest.param("v=spf1 -all", False, id="another kind"),
        pytest.param("x v=DMARC1", False, id="not at the beginning"),
    ],
)
def test_a_record_is_of_a_kind_by_its_first_tag(text: str, is_kind: object) -> None:
    assert (of_version((text,), "v=DMARC1") == (text,)) is is_kind


def test_records_come_in_a_steady_order() -> None:
    assert of_version(("v=DMARC1; p=none", "v=DMARC1; np=none"), "v=DMARC1")[0] == "v=DMARC1; np=none"
