"""Pages as villages have them, with room for what a test is about."""

from __future__ import annotations

from monitor.content.document import read_document
from monitor.content.facts import Document, Gambling
from monitor.content.gambling import score

URL = "https://karangmaju.desa.id/"
_NAVIGATION = "".join(
    f'<li><a href="/{slug}">{text}</a></li>'
    for slug, text in (
        ("profil", "Profil Desa"),
        ("apbdes", "APBDes dan Dana Desa"),
        ("layanan", "Layanan Mandiri"),
        ("lapor", "Lapor!"),
        ("kontak", "Hubungi Kami"),
    )
)


def page(text: str = "", *, title: str = "Desa Karangmaju", head: str = "", end: str = "") -> bytes:
    """A page with *text* in its middle; *head* and *end* are markup."""
    return (
        f"<!DOCTYPE html><html lang=id><head><meta charset=utf-8><title>{title}</title>{head}</head><body>"
        f"<nav><ul>{_NAVIGATION}</ul></nav><main>{text}</main>"
        f"<footer>Pemerintah Desa Karangmaju, Kabupaten Purbalingga{end}</footer></body></html>"
    ).encode()


def read(body: bytes | str, url: str = URL) -> Document:
    return read_document(body.encode() if isinstance(body, str) else body, url, "text/html")


def judge(body: bytes) -> Gambling:
    return score(read(body), "karangmaju.desa.id")
