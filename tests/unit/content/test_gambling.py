"""Pages that serve gambling are told from those that have its words for other reasons."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.content.facts import CLEAN, Document, Link, Place, Verdict
from monitor.content.gambling import score
from monitor.content.gambling.leads import leads
from monitor.content.gambling.lexicon import lexicon
from monitor.content.gambling.links import host_entry
from monitor.content.gambling.normal import bare, told, words
from monitor.content.gambling.points import COURTING, SURE
from monitor.content.gambling.senses import spelled_out
from monitor.content.gambling.weighing import MAX_HITS, MAX_LINKS
from tests.unit.content.pages import judge, page, read

_LINK = '<a href="https://gacorbet88.example/">slot gacor maxwin</a>'
_B64 = base64.b64encode(_LINK.encode()).decode()
_CODES = ",".join(str(ord(letter)) for letter in _LINK)
_HEX = "".join(f"\\x{ord(letter):02x}" for letter in _LINK)
_PERCENT = "".join(f"%{ord(letter):02x}" for letter in _LINK)
_REFERENCES = "".join(f"&#{ord(letter)};" for letter in "situs slot gacor maxwin")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param(page(end=f'<div style="display:none">{_LINK}</div>'), Place.ANCHOR_TEXT, id="display none"),
        pytest.param(
            page(end=f'<p style="position:absolute;left:-9999px">{_LINK}'), Place.ANCHOR_TEXT, id="off screen"
        ),
        pytest.param(page(end=f"<div hidden>{_LINK}</div>"), Place.HIDDEN, id="hidden attribute"),
        pytest.param(page(end=f'<marquee width="1" height=1>{_LINK}</marquee>'), Place.ANCHOR_TEXT, id="marquee"),
        pytest.param(
            page(head="<style>.zq{height:0;overflow:hidden}</style>", end=f"<i class=zq>{_LINK}</i>"),
            Place.HIDDEN,
            id="rule",
        ),
        pytest.param(
            page(end='<a hidden href="https://dewa77.example/">toto macau</a>'), Place.ANCHOR_TEXT, id="togel"
        ),
        pytest.param(
            page(end='<a hidden href="https://kasinohoki.example/">di sini</a>'), Place.ANCHOR_TARGET, id="host"
        ),
        pytest.param(page(end=_LINK), Place.ANCHOR_TARGET, id="visible, to a house"),
        pytest.param(page(title="Situs Slot Gacor Maxwin: RTP Live Hari Ini"), Place.TITLE, id="title"),
        pytest.param(page(title="Bandar Togel Online Terpercaya, Live Draw SGP & HK"), Place.TITLE, id="title, togel"),
        pytest.param(
            page(head='<link rel=canonical href="https://slotmania88.example/">'), Place.CANONICAL, id="canonical"
        ),
        pytest.param(
            page(head='<link rel=amphtml href="https://amp.togelku.example/">'), Place.CANONICAL, id="amphtml"
        ),
        pytest.param(
            page(head='<meta http-equiv=refresh content="0;url=https://maxwinbet.example/">'),
            Place.REFRESH,
            id="refresh",
        ),
        pytest.param(page(end='<iframe src="https://slotdemo.example/" width=0>'), Place.FRAME, id="frame"),
        pytest.param(page(end='<script src="https://cdn.slot138.example/a.js"></script>'), Place.SCRIPT, id="script"),
        pytest.param(page(end=f"<script>document.write(atob('{_B64}'))</script>"), Place.ENCODED, id="base64"),
        pytest.param(page(end=f"<script>eval(String.fromCharCode({_CODES}))</script>"), Place.ENCODED, id="codes"),
        pytest.param(page(end=f'<script>w("{_HEX}")</script>'), Place.ENCODED, id="escapes"),
        pytest.param(page(end=f"<script>unescape('{_PERCENT}')</script>"), Place.ENCODED, id="percent signs"),
        pytest.param(page(end=f'<iframe src="data:text/html;base64,{_B64}">'), Place.ENCODED, id="data address"),
        pytest.param(page(end=f"<b>{_REFERENCES}</b>"), Place.ENCODED, id="character references"),
        pytest.param(page(title="S L O T  G A C O R maxwin, j4ckp0t sl0t0nline"), Place.TITLE, id="spaced, leet"),
        pytest.param(page(title="Ѕlоt Gасоr Маxwіn, ｒｔｐ ｌｉｖｅ"), Place.TITLE, id="look-alikes"),
        pytest.param(
            page(title="s\u200bl\u200bot ga\u00adcor, max\u2060win, rtp li\u200bve"), Place.TITLE, id="invisible"
        ),
        pytest.param(page(title="𝗦𝗹𝗼𝘁 𝗚𝗮𝗰𝗼𝗿 𝗠𝗮𝘅𝘄𝗶𝗻 | 𝖱𝖳𝖯 𝖫𝗂𝗏𝖾"), Place.TITLE, id="styled letters"),
        pytest.param(page(end='<a hidden href="https://x.example/">สล็อต เว็บตรง</a>'), Place.ANCHOR_TEXT, id="Thai"),
        pytest.param(
            page(end='<a hidden href="https://x.example/">老虎机 真人荷官</a>'), Place.ANCHOR_TEXT, id="Chinese"
        ),
        pytest.param(
            page(end='<a hidden href="https://x.example/">nhà cái uy tín, nổ hũ</a>'), Place.ANCHOR_TEXT, id="Viet"
        ),
    ],
)
def test_injected(body: bytes, place: Place) -> None:
    gambling = judge(body)
    assert gambling.verdict is Verdict.INJECTED
    assert place in {hit.place for hit in gambling.hits}


_WARNING = (
    "<h1>Bahaya Judi Online</h1><p>Polisi mengimbau warga menjauhi situs judi. Slot gacor, maxwin dan RTP live hanyalah"
    " iming-iming bandar; korban terjerat pinjol dan kecanduan. Komdigi telah memblokir ribuan situs judi slot.</p>"
)


@pytest.mark.parametrize(
    "body",
    [
        page(),
        page(_WARNING, title="Bahaya Judi Online dan Slot Gacor bagi Remaja"),
        page(
            "<p>Satreskrim menangkap tiga tersangka bandar togel yang menjual angka togel Hongkong dan toto gelap.</p>",
            title="Polres Ringkus Bandar Togel",
        ),
        page(
            "<p>Surat edaran bupati melarang ASN bermain judi online, judi slot, judi bola dan togel. Sanksi"
            " menanti.</p>",
            title="Edaran Larangan Judi Online bagi ASN",
        ),
        page(
            "<p>Orang tua perlu tahu istilah ini: maxwin, scatter, gacor, RTP live, freebet, depo. Kenali dan"
            " cegah.</p>",
            title="Mengenal Istilah Judi Online: Slot Gacor, Maxwin, RTP Live",
        ),
        page(
            "<p>Kemenangan di slot diatur algoritma. Jangan percaya pola gacor: bandar selalu menang, pemain"
            " bangkrut.</p>"
        ),
        page(
            "<p>Realisasi Dana Desa tahap I Rp 412.000.000, deposito BUMDes, setoran deposit koperasi simpan"
            " pinjam.</p>"
        ),
        page("<p>Tersedia 24 slot parkir, slot jadwal layanan Senin, dan slot waktu vaksin dosis 2.</p>"),
        page(
            "<p>Lomba burung gacor: murai gacor milik Totok Slamet juara, burung gacor jadi idola.</p>",
            title="Burung Gacor",
        ),
        page(
            "<p>Kloset Toto dan kartu poker dipajang; diagram scatter plot; mahjong bagi lansia; dewa Zeus di"
            " Olympus.</p>"
        ),
        page(
            "<p>Resensi film Casino Royale: adegan poker dan roulette. Jackpot doorprize jalan sehat: sepeda"
            " listrik.</p>"
        ),
        page("<p>Motherboard dengan slot PCI dan slot memori DDR4.</p><template><slot name=isi></slot></template>"),
        page("<p>RTP live streaming kamera pembangunan Ruang Terbuka Publik.</p>", title="RTP Kutabawa"),
        page("<p>Link alternatif rapat daring bila tautan utama penuh.</p>", title="Undangan dan Link Alternatif"),
        page("<p>Promo bonus new member pusat kebugaran desa, deposit via QRIS, pembayaran dana lewat GoPay.</p>"),
        page(
            '<p><a href="https://kompas.example/read/polisi-bekuk-bandar-slot-gacor">Polisi Bekuk Bandar Slot'
            " Gacor</a></p>"
        ),
        page(
            '<a href="https://stopjudionline.example/">Stop Judi Online</a> <a href="https://aduankonten.id">Lapor</a>'
        ),
        page('<div style="display:none">Tolak judi online dan slot! Lapor polisi. <a href="/profil">Profil</a></div>'),
        page(
            "<script>googletag.defineSlot('/1/slot', [88, 77]); var slot = 88, toto = {slot: 4, rtp: 'live'}</script>"
        ),
    ],
)
def test_clean(body: bytes) -> None:
    gambling = judge(body)
    assert gambling.verdict is Verdict.CLEAN, gambling


@pytest.mark.parametrize(
    "added",
    [
        f'<div style="display:none">{_LINK}</div>',
        '<a hidden href="https://polisi-tangkap.example/">slot gacor terpercaya maxwin</a>',
        '<a href="https://slot88.example/">Polisi tangkap</a><a href="https://togel4d.example/">bahaya togel</a>',
    ],
)
def test_a_warning_saves_no_page_that_leads_to_houses(added: str) -> None:
    assert judge(page(_WARNING, title="Bahaya Judi Online", end=added)).verdict is Verdict.INJECTED


@pytest.mark.parametrize(
    "line",
    [
        "<p>Main di slot gacor hari ini, maxwin pasti, daftar situs togel online terpercaya, RTP live!</p>",
        '<p>Kunjungi <a rel="nofollow ugc" href="https://slot88.example/">slot gacor maxwin</a></p>',
        '<ul><li class="comment"><a href="https://slot88.example/">slot gacor maxwin rtp live</a></li></ul>',
    ],
)
def test_a_line_of_a_visitor_wakes_nobody(line: str) -> None:
    assert judge(page(line)).verdict is Verdict.SUSPECT


def test_a_flood_of_visitors_lines_is_more_than_a_line() -> None:
    line = '<p class=comment><a rel=ugc href="https://slot{}.example/">slot gacor</a></p>'
    assert judge(page("".join(line.format(number) for number in range(3)))).verdict is Verdict.SUSPECT
    assert judge(page("".join(line.format(number) for number in range(4)))).verdict is Verdict.INJECTED


def test_what_is_told_of_it() -> None:
    gambling = judge(page(end=f"<div hidden>{_LINK}\u202e\x07</div>"))
    assert gambling.links == ("https://gacorbet88.example/",)
    assert [hit.points for hit in gambling.hits] == sorted((hit.points for hit in gambling.hits), reverse=True)
    assert all(hit.excerpt.isprintable() and len(hit.excerpt) <= 160 for hit in gambling.hits)
    assert gambling.points >= max(hit.points for hit in gambling.hits)


def test_no_more_is_told_than_anybody_reads() -> None:
    links = (f'<a hidden href="https://slot{number}.example/">slot gacor {number}</a>' for number in range(100))
    gambling = judge(page(end="".join(links)))
    assert len(gambling.hits) == MAX_HITS
    assert len(gambling.links) == MAX_LINKS


def test_own_hosts_are_no_strangers() -> None:
    links = (Link("https://www.karangmaju.desa.id/a", "slot gacor"), Link("https://karangmaju.desa.id/b", "rtp live"))
    own = score(Document(url="https://karangmaju.desa.id/", links=links), "karangmaju.desa.id")
    assert not own.links
    other = score(Document(url="https://karangmaju.desa.id/", links=links), "tetangga.desa.id")
    assert len(other.links) == 2


def test_nothing_is_clean() -> None:
    assert score(Document(url="https://a.desa.id/"), "a.desa.id") == CLEAN


@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_is_said_there_is_a_verdict(text: str, url: str) -> None:
    document = Document(url=url, title=text, text=text, encoded=(text,), links=(Link(url, text), Link(text, url)))
    gambling = score(document, text[:50])
    assert all(hit.excerpt.isprintable() for hit in gambling.hits)


_STRANGER = "https://mitrasentosa.example/"
_TALK = "Rapat desa membahas panen dan perbaikan jalan dusun. " * 10
_COVERING = "position:fixed;inset:0;width:100%;height:100%"


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(f'<iframe src="{_STRANGER}" style="{_COVERING}"></iframe>', id="covered"),
        pytest.param(
            f"<script>f=document.createElement('iframe');f.src='{_STRANGER}';f.style.cssText='{_COVERING}'</script>",
            id="covered by a script",
        ),
        pytest.param(
            f'<script>document.body.innerHTML=\'<iframe src="{_STRANGER}" style="height:100vh"></iframe>\'</script>',
            id="replaced by a script",
        ),
        pytest.param(f"<iframe srcdoc='<script>top.location=\"{_STRANGER}\"</script>'></iframe>", id="srcdoc"),
        pytest.param(
            f'<iframe src="data:text/html;charset=utf-8;base64,{_coded("<iframe src=//mitrasentosa.example/>")}">',
            id="a data address in base64",
        ),
        pytest.param(
            '<iframe src="data:text/html,%3Ciframe%20src%3D%22https%3A%2F%2Fmitrasentosa.example%2F%22%3E"></iframe>',
            id="a data address in percent signs",
        ),
        pytest.param(f"<script>location.href=atob('{_coded(_STRANGER)}')</script>", id="an address in base64"),
        pytest.param(
            f"<script>if(document.referrer.indexOf('google')>-1)location.href='{_STRANGER}'</script>",
            id="from a search",
        ),
        pytest.param(f"<script>window['location']['href']='{_STRANGER}'</script>", id="script"),
        pytest.param(f"<script>const u='{_STRANGER}';setTimeout(()=>location.replace(u),9)</script>", id="variable"),
        pytest.param(
            f"<script>function go(){{location='{_STRANGER}'}}setTimeout(go,9)</script>", id="a function called"
        ),
        pytest.param(f"<iframe src=\"javascript:top.location='{_STRANGER}'\"></iframe>", id="javascript address"),
    ],
)
def test_who_takes_visitors_to_a_stranger_behind_their_backs(end: str) -> None:
    assert judge(page(_TALK, end=end)).verdict is Verdict.INJECTED
    known = end.replace("mitrasentosa.example", "www.youtube.com").replace(
        _coded(_STRANGER), _coded("https://youtu.be/")
    )
    assert judge(page(_TALK, end=known)).verdict is not Verdict.INJECTED or "base64" in end


@pytest.mark.parametrize(
    ("head", "end"),
    [
        pytest.param(f'<link rel=canonical href="{_STRANGER}">', "", id="canonical"),
        pytest.param(f'<meta http-equiv=refresh content="3;url={_STRANGER}">', "", id="refresh"),
        pytest.param(
            "", f"<a href={_STRANGER}>Laman baru</a><script>location.href='{_STRANGER}'</script>", id="script, told"
        ),
        pytest.param(
            "",
            f"<p hidden>{''.join(f'<a href=https://toko{name}.example/>{name}</a>' for name in 'abcd')}</p>",
            id="hidden links to four",
        ),
    ],
)
def test_a_stranger_alone_is_a_suspicion_and_with_a_word_more_than_that(head: str, end: str) -> None:
    assert judge(page(_TALK, head=head, end=end)).verdict is Verdict.SUSPECT
    worse = judge(page(_TALK, title="Slot Gacor Maxwin", head=head, end=end))
    assert worse.verdict is Verdict.INJECTED
    known = judge(page(_TALK, head=head.replace(_STRANGER, "https://losari.desa.id/")))
    assert known.verdict is Verdict.CLEAN


@pytest.mark.parametrize(
    "script",
    [
        "var a='https://',b='mitrasentosa';location.href=a+b+'.example/'",
        "var _=['https://','mitrasentosa','.example/'];location=_.join('')",
    ],
)
def test_addresses_that_a_script_puts_together(script: str) -> None:
    assert judge(page(_TALK, end=f"<script>{script}</script>")).verdict is Verdict.INJECTED
    ours = script.replace("mitrasentosa", "losari.desa").replace(".example", ".id")
    assert judge(page(_TALK, end=f"<script>{ours}</script>")).verdict is Verdict.CLEAN


def test_what_a_script_does_when_a_visitor_asks_for_it_is_no_move() -> None:
    asked = f"<script>function buka(){{location.href='{_STRANGER}'}}</script><button onclick=buka()>Daftar</button>"
    assert judge(page(_TALK, end=asked)).verdict is Verdict.CLEAN


@pytest.mark.parametrize(
    ("spelled", "clean"),
    [
        ("Rencana Tindak Pengendalian (RTP)", True),
        ("RTP atau Ruang Terbuka Publik", True),
        ("RTP ialah singkatan dari Rumah Tangga Perikanan", True),
        ("Return To Player (RTP)", False),
        ("RTP slot tertinggi", False),
        ("RTP", False),
    ],
)
def test_an_abbreviation_means_what_the_page_spells_out(spelled: str, clean: bool) -> None:  # noqa: FBT001 -- a table
    assert spelled_out(words(spelled)) is clean


@pytest.mark.parametrize(
    "head",
    [
        pytest.param('<meta property="og:title" content="KENDI77: Link Login Situs Slot Alternatif">', id="shared"),
        pytest.param(
            '<script type="application/ld+json">{"@type":"Product","name":"Link Login Situs Slot Alternatif"}</script>',
            id="data",
        ),
    ],
)
def test_a_head_that_says_what_the_text_has_nothing_of_was_planted(head: str) -> None:
    assert judge(page(_TALK, head=head)).verdict is Verdict.INJECTED
    told = page(f"{_TALK} Polisi menangkap pelaku di balik situs slot KENDI77.", head=head)
    assert judge(told).verdict is not Verdict.INJECTED


@pytest.mark.parametrize(
    ("host", "verdict"),
    [
        ("wajiktoto.example", Verdict.INJECTED),
        ("wajik88.example", Verdict.INJECTED),
        ("wajikplay.example", Verdict.SUSPECT),
        ("smpn88.example", Verdict.CLEAN),
        ("radioplay.example", Verdict.CLEAN),
    ],
)
def test_a_script_of_somebody_named_like_a_house(host: str, verdict: Verdict) -> None:
    assert judge(page(_TALK, end=f"<script src=https://{host}/a.js></script>")).verdict is verdict


def test_names_of_games_are_sweets_where_nobody_plays() -> None:
    stall = page(f"Stan Sweet Bonanza menjual permen, stan Lucky Neko boneka. {_TALK}", title="Stan Sweet Bonanza")
    play = page(
        f"Putar Sweet Bonanza, naikkan taruhan, tunggu scatter pada putaran ke-10. {_TALK}", title="Sweet Bonanza"
    )
    assert judge(stall).verdict is not Verdict.INJECTED
    assert judge(play).verdict is Verdict.INJECTED


def test_slots_in_which_somebody_has_a_turn() -> None:
    turns = page(f"Daftar slot online, slot terbaru, link slot dan slot dana BOS. {_TALK}", title="Daftar Slot Online")
    assert judge(turns).verdict is Verdict.CLEAN


def test_addresses_of_houses_that_visitors_wrote_out() -> None:
    lines = " ".join(
        f"<p>{row} https://{host}.example/ daftar</p>"
        for row, host in (
            ("slot gacor maxwin", "slotkendi"), ("togel hk terpercaya", "togelkendi"), ("agen sbobet", "sbobetkendi"),
            ("idn poker", "pokerkendi"), ("mix parlay", "parlaykendi"),
        )
    )  # fmt: skip
    assert judge(page(f"{_TALK}<div class=comment>{lines}</div>")).verdict is Verdict.INJECTED


def test_a_fair_with_prizes_and_stakes_is_no_house() -> None:
    fair = (
        "Stan permainan lempar gelang, tembak balon, spin roda, domino, dan kartu. Beli koin permainan, bayar QRIS."
        " Bonus koin bagi pembeli pertama. Jackpot boneka besar! Ayo mainkan semua permainan, menang dan raih hadiah."
        " Kumpulkan koin, tukar voucher kantin. Modal kecil, untung besar bagi kas kelas. "
    )
    assert judge(page(fair + _TALK)).verdict is Verdict.SUSPECT
    house = fair.replace("lempar gelang, tembak balon", "bakarat, ceme, taruhan kasino")
    assert judge(page(house + _TALK)).verdict is Verdict.INJECTED


@pytest.mark.parametrize(
    ("script", "verdict"),
    [
        ("if(/Android/.test(navigator.userAgent))location='https://m.losari.example/'", Verdict.INJECTED),
        ("if(/Android/.test(navigator.userAgent))location='https://m.karangmaju.example/'", Verdict.CLEAN),
        ("if(/Android/.test(navigator.userAgent))location='https://karangmaju.mitra.example/'", Verdict.INJECTED),
        ("location='https://karangmaju.mitra.example/'", Verdict.SUSPECT),
        ("if(confirm('Unduh?'))location='https://mitrasentosa.example/a.apk'", Verdict.CLEAN),
        ("if(a&&window.confirm('Unduh?'))location='https://mitrasentosa.example/a.apk'", Verdict.CLEAN),
        ("confirm('Unduh?')&&(location='https://mitrasentosa.example/a.apk')", Verdict.CLEAN),
        ("var ok=confirm('Unduh?');if(ok)location='https://mitrasentosa.example/a.apk'", Verdict.CLEAN),
        ("confirm('Selamat datang');location='https://mitrasentosa.example/'", Verdict.INJECTED),
        ("var a=confirm('Selamat datang');location='https://mitrasentosa.example/'", Verdict.INJECTED),
        ("if(/confirm(a)/.test(b))location='https://mitrasentosa.example/'", Verdict.INJECTED),
        ("if(!sessionStorage.t)location='https://sso-mitra.example/logout'", Verdict.INJECTED),
        ("if(!sessionStorage.t)location='https://login.purbalinggakab.go.id/logout'", Verdict.CLEAN),
        ("if(!sessionStorage.t)location='https://akun.belajar.id/login'", Verdict.CLEAN),
        ("if(!sessionStorage.t)location='https://accounts.google.com/o/oauth2/v2/auth?client_id=1'", Verdict.CLEAN),
        ("if(!sessionStorage.t)location='https://login.microsoftonline.com/a/oauth2/authorize'", Verdict.CLEAN),
    ],
)
def test_whom_a_move_to_somebody_else_serves(script: str, verdict: Verdict) -> None:
    assert judge(page(_TALK, end=f"<script>{script}</script>")).verdict is verdict


_HOME = "https://karangmaju.desa.id"


@pytest.mark.parametrize(
    "script",
    [
        "if(location.protocol=='http:')location.replace('https:'+location.href.substring(5))",
        f"if(location.protocol=='http:')location.href='{_HOME}/'+location.pathname",
        "if(location.hostname.indexOf('www.'))location.href='https://www.karangmaju.desa.id/'",
        "location.href='https://layanan.karangmaju.desa.id/'",
        f"document.cookie='__test=ab12; path=/';location.href='{_HOME}/?i=1'",
        "location.href='https://www.google.com/recaptcha/api/fallback?k=1'",
        "location.replace('https://karangmaju.opensid.my.id/')",
        "location.replace('https://desa-maju.digitaldesa.id/')",
        "location.replace('https://karangmaju-baru.desa.id/')",
        "location.href='https://www.purbalinggakab.go.id/'",
        "location.href='https://docs.google.com/forms/d/e/1FA/viewform'",
        "location.href='https://forms.gle/abc'",
        "if(/Android/.test(navigator.userAgent))location='https://play.google.com/store/apps/details?id=a'",
        "if(top!=self)top.location=self.location.href",
    ],
)
def test_a_site_that_moves_within_itself_to_a_government_or_to_a_public_service_serves_nobody_else(script: str) -> None:
    assert judge(page(_TALK, end=f"<script>{script}</script>")).verdict is Verdict.CLEAN
    worse = page(_TALK, title="Slot Gacor Maxwin", end=f"<script>location.href='{_STRANGER}'</script>")
    assert judge(worse).verdict is Verdict.INJECTED


@pytest.mark.parametrize(
    ("text", "url"),
    [
        pytest.param("Situs kami pindah ke mitrasentosa.example.", _STRANGER, id="moved, by name"),
        pytest.param("Buka www.Mitrasentosa.example/baru.", _STRANGER, id="moved, by an address"),
        pytest.param(f"<a href={_STRANGER}>Laman baru</a>", f"{_STRANGER}x", id="moved, by a link"),
        pytest.param("", "https://karangmaju.mitra.example/", id="called as the village is"),
        pytest.param("", "https://s.id/mitra", id="a shortened address"),
        pytest.param("", "https://bit.ly/3abc", id="another shortened address"),
        pytest.param("", "https://linktr.ee/mitra", id="a list of addresses"),
        pytest.param("", "https://wa.me/628123", id="a conversation"),
    ],
)
def test_a_move_that_may_be_meant_is_a_suspicion_until_the_page_says_more(text: str, url: str) -> None:
    script = f"<script>location.href='{url}'</script>"

    assert judge(page(f"<p>{text}</p>{_TALK}", end=script)).verdict is Verdict.SUSPECT
    assert judge(page(_TALK, title="Slot Gacor Maxwin", end=script)).verdict is Verdict.INJECTED


@pytest.mark.parametrize(
    ("text", "url"),
    [
        pytest.param("Situs desa ini sudah pindah ke alamat baru.", _STRANGER, id="moved"),
        pytest.param("Anda akan segera dialihkan.", _STRANGER, id="sent on"),
        pytest.param("This site has moved to a new address.", _STRANGER, id="moved, in English"),
        pytest.param("", f"{_STRANGER}login", id="a path for signing in"),
        pytest.param("", "https://akun.mitra.example/oauth/authorize?client_id=1", id="sign-in by OAuth"),
        pytest.param("", "https://login.mitra.example/?next=/", id="a gateway for signing in"),
        pytest.param("", "https://mitra.example/cas/", id="sign-in by CAS"),
        pytest.param("Surel: a@xmitrasentosa.example.", _STRANGER, id="the end of another name"),
        pytest.param("Lihat mitrasentosa.example.com.", _STRANGER, id="the beginning of another name"),
        pytest.param(f"<a href={_STRANGER}></a>", _STRANGER, id="a link without text"),
        pytest.param(f"<a href={_STRANGER}>·12</a>", _STRANGER, id="a link without a word"),
        pytest.param(f"<a href={_STRANGER} rel=ugc>Laman baru</a>", _STRANGER, id="a visitor's link"),
        pytest.param(f"<p hidden><a href={_STRANGER}>Laman baru</a></p>", _STRANGER, id="a hidden link"),
    ],
)
def test_no_word_that_who_slips_a_move_in_can_write_makes_it_a_suspicion_only(text: str, url: str) -> None:
    script = f"<script>location.href='{url}'</script>"

    assert judge(page(f"<p>{text}</p>{_TALK}", end=script)).verdict is Verdict.INJECTED


@pytest.mark.parametrize(
    ("head", "verdict"),
    [
        ("<style>body{display:none}</style>", Verdict.INJECTED),
        ("<style>html{opacity:0}</style>", Verdict.INJECTED),
        ("<style>.x{display:none}</style>", Verdict.SUSPECT),
        ("<style>body{color:#111}</style>", Verdict.SUSPECT),
    ],
)
def test_a_page_that_nobody_sees_tells_nobody_where_it_moves(head: str, verdict: Verdict) -> None:
    told = f"<p>Situs kami pindah ke <a href={_STRANGER}>mitrasentosa.example</a>.</p>{_TALK}"

    assert judge(page(told, head=head, end=f"<script>location.href='{_STRANGER}'</script>")).verdict is verdict


@pytest.mark.parametrize(
    "move", ["<script>location.href='{}'</script>", '<meta http-equiv=refresh content="0;url={}">']
)
def test_words_of_warning_in_an_address_save_no_move_to_a_house(move: str) -> None:
    warned = "https://mitra.example/slot-gacor-maxwin?cegah=bahaya&stop=judi&lapor=polisi"

    assert judge(page(_TALK, end=move.format(warned))).verdict is Verdict.INJECTED
    assert judge(page(f"<a href={warned}>Cegah judi</a>{_TALK}")).verdict is not Verdict.INJECTED


_OUT = f"function akhiri(){{location='{_STRANGER}logout'}}"


@pytest.mark.parametrize(
    ("script", "verdict"),
    [
        (f"{_OUT}setTimeout(akhiri,60000)", Verdict.SUSPECT),
        (f"{_OUT}setTimeout(akhiri,59999)", Verdict.INJECTED),
        (f"{_OUT}setTimeout(akhiri,9)", Verdict.INJECTED),
        (f"{_OUT}setInterval(function(){{if(!a.get('t'))akhiri()}},60000)", Verdict.SUSPECT),
        (f"{_OUT}setInterval(()=>{{ if (!a) {{ akhiri(); }} }}, 900000)", Verdict.SUSPECT),
        (f"{_OUT}setInterval(akhiri,60000);akhiri()", Verdict.INJECTED),
        (f"{_OUT}mulai(akhiri,60000)", Verdict.INJECTED),
        (f"{_OUT}setTimeout(hai,9);mulai(akhiri,60000)", Verdict.INJECTED),
        (f"{_OUT}/*setTimeout(*/mulai(akhiri,60000)", Verdict.INJECTED),
        (f"setTimeout(function(){{location='{_STRANGER}'}},60000)", Verdict.INJECTED),
    ],
)
def test_who_is_signed_out_after_a_while_was_not_moved_at_once(script: str, verdict: Verdict) -> None:
    assert judge(page(_TALK, end=f"<script>{script}</script>")).verdict is verdict


@pytest.mark.parametrize(
    ("title", "url", "verdict"),
    [
        ("Ujian Berbasis Komputer", "https://mitra.example/ujian", Verdict.SUSPECT),
        ("Desa Karangmaju", "https://mitra.example/ujian", Verdict.INJECTED),
        ("Kelas Maya", "https://mitra.example/ujian", Verdict.INJECTED),
        ("Form Aduan", "https://mitra.example/platform", Verdict.INJECTED),
        ("Form Aduan", "https://mitra.example/form", Verdict.SUSPECT),
    ],
)
def test_what_covers_a_page_is_what_the_page_is_about(title: str, url: str, verdict: Verdict) -> None:
    frame = f'<iframe src="{url}" style="{_COVERING}"></iframe>'

    assert judge(page(_TALK, title=title, end=frame)).verdict is verdict


@pytest.mark.parametrize(
    ("host", "weight"),
    [
        ("smpn88.example", 0), ("ujian.smp88-daring.example", 0), ("rs88.example", 0), ("cbt77.example", 0),
        ("spbu99.example", 0), ("spbun99.example", 1.75), ("smpnegeri88.example", 1.75), ("smpplay.example", 1.75),
        ("ikan88.example", 1.75), ("ika88.example", 0), ("ikasmp88.example", 0), ("temanjitu77.example", 1.75),
        ("temagratis77.example", 0), ("tema77.example", 0), ("tokobuku99.example", 0), ("tokobukuanak99.example", 0),
        ("tokobukuanakanak99.example", 1.75), ("gurumenang88.example", 1.75), ("edukasino.example", 2),
        ("mediabet.example", 1.75), ("diabet.example", 0), ("sultibet.example", 1.75), ("tibet.example", 0),
        ("alphabet.example", 0), ("rajalphabet.example", 1.75), ("display.example", 0), ("gedisplay.example", 1.75),
        ("replay.example", 0), ("hokireplay.example", 1.75), ("cdn77.example", 0), ("abcdn77.example", 1.75),
        ("smpn88.wajik88.example", 1.75), ("wajik88.smpn88.example", 1.75), ("toko77.smpn88.example", 0),
        ("judith.example", 0), ("judika.example", 0), ("judicuan.example", 2), ("judinaga.example", 2),
        ("totok.example", 0), ("totokprasetya.example", 0), ("totosuharto.example", 0), ("totokuda.example", 2),
        ("totosuka.example", 2), ("totonaga.example", 2), ("timeslot.example", 0), ("timeslot88.example", 2),
        ("ragtimeslot.example", 2), ("alphabet1.example", 0), ("rajalphabet1.example", 2),
        ("stopjudi.example", 0), ("stop-slot.example", 0), ("antislot.example", 0), ("antislot88.example", 2),
        ("nonstop-slot.example", 2), ("stop-slot.wajik88.example", 2), ("pantihoki.example", 1.75),
    ],
)  # fmt: skip
def test_names_of_hosts_are_read_as_a_whole(host: str, weight: float) -> None:
    entry = host_entry(host)

    assert (entry.weight if entry else 0) == weight


def test_a_mild_ending_elsewhere_in_a_name_lowers_nothing() -> None:
    mild = judge(page(_TALK, end="<script src=https://wajik77.example/a.js></script>"))
    both = judge(page(_TALK, end="<script src=https://toko77.wajik88.example/a.js></script>"))
    other = judge(page(_TALK, end="<script src=https://jenang77.wajik88.example/a.js></script>"))

    assert (mild.verdict, both.verdict, other.verdict) == (Verdict.SUSPECT, Verdict.INJECTED, Verdict.INJECTED)


def test_who_speaks_of_people_that_move_has_not_moved() -> None:
    text = "Layanan pindah datang: bawa alamat baru. Surat pindah ke luar kota dibuat di kelurahan."

    assert (
        judge(page(f"<p>{text}</p>{_TALK}", end=f"<script>location='{_STRANGER}'</script>")).verdict is Verdict.INJECTED
    )


_GO = f"location.href='{_STRANGER}'"


@pytest.mark.parametrize(
    ("script", "verdict"),
    [
        (f"b.onclick=function(){{{_GO}}}", Verdict.CLEAN),
        (f"b.onclick=()=>{_GO}", Verdict.CLEAN),
        (f"document.getElementById('b').addEventListener('click',(e)=>{{e.preventDefault();{_GO}}})", Verdict.CLEAN),
        (f"f.addEventListener('submit',function(e){{if(ok){{{_GO}}}}})", Verdict.CLEAN),
        (
            f"document.querySelector('select').onchange=function(){{if(this.value)location='{_STRANGER}'}}",
            Verdict.CLEAN,
        ),
        (f"$('#b').on('click',function(){{{_GO}}})", Verdict.CLEAN),
        (f"$(document).on('click','.daftar',function(){{{_GO}}})", Verdict.CLEAN),
        (f"$(document).on('click',function(){{{_GO}}})", Verdict.INJECTED),
        (f"document.addEventListener('click',function(){{{_GO}}})", Verdict.INJECTED),
        (f"document.body.onclick=function(){{{_GO}}}", Verdict.INJECTED),
        (f"b.onclick=function(){{{_GO}}};b.click()", Verdict.INJECTED),
        (f"b.onclick=function(){{hai()}};{_GO}", Verdict.INJECTED),
        (f"b.onclick=()=>hai();{_GO}", Verdict.INJECTED),
        (f"window.addEventListener('load',function(){{{_GO}}})", Verdict.INJECTED),
        (f"/* b.onclick=function(){{ */ {_GO}", Verdict.INJECTED),
        (f"// b.onclick=function(){{\n{_GO}", Verdict.INJECTED),
        (f"/*confirm(*/{_GO}", Verdict.INJECTED),
        (f"var q='b.onclick=function(){{';{_GO}", Verdict.INJECTED),
        (f'var q="if(confirm(1))";{_GO}', Verdict.INJECTED),
        (f"b.onclick=function(){{{_GO}}};b['click']()", Verdict.INJECTED),
        (f"b.onclick=function(){{{_GO}}};b.click ( )", Verdict.INJECTED),
        (f"b.onclick=function(){{{_GO}}};b?.click()", Verdict.INJECTED),
        (f"b.onclick=function(){{{_GO}}};b.onclick()", Verdict.INJECTED),
        (f"document.querySelector('.container').addEventListener('click',()=>{{{_GO}}})", Verdict.INJECTED),
        (f"document.getElementById('app').onclick=function(){{{_GO}}}", Verdict.INJECTED),
        (f"var ok=/^https?:\\/\\//;b.onclick=function(){{{_GO}}}", Verdict.CLEAN),
        (f"/* daftar */ b.onclick=function(){{{_GO}}}", Verdict.CLEAN),
        (f"if(document.referrer.includes('google')){{b.onclick=function(){{{_GO}}}}}", Verdict.SUSPECT),
    ],
)
def test_what_waits_for_a_press_of_one_thing_is_no_move(script: str, verdict: Verdict) -> None:
    assert judge(page(_TALK, end=f"<button id=b>Daftar</button><script>{script}</script>")).verdict is verdict


@pytest.mark.parametrize(("moves", "looked"), [(1, 1), (199, 199), (200, 200), (201, 200), (260, 200)])
def test_moves_of_a_page_have_an_end(moves: int, looked: int) -> None:
    urls = [f"https://mitra{number}x.example/" for number in range(moves)]
    scripts = ("".join(f"location='{url}';" for url in urls[at : at + 50]) for at in range(0, moves, 50))
    document = read(page(_TALK, end="".join(f"<script>{script}</script>" for script in scripts)))
    points = [*leads(document, "karangmaju.desa.id", lexicon().scoring)]

    assert [p.url for p in points if p.place is Place.REFRESH and p.found.entry.weight == 1] == urls[:looked]
    assert [p.url for p in points if p.place is Place.REFRESH and p.found.entry.weight == SURE] == urls[:looked]


def test_three_hidden_links_may_be_a_menu() -> None:
    links = "".join(f"<a href=https://toko{name}.example/>{name}</a>" for name in "abc")
    assert judge(page(_TALK, end=f"<nav hidden>{links}</nav>")).verdict is Verdict.CLEAN


def test_a_page_that_is_a_frame_may_be_somebody_s_form() -> None:
    frame = f'<title>Survei</title><iframe src="{_STRANGER}" style="{_COVERING}"></iframe>'
    assert judge(frame.encode()).verdict is Verdict.SUSPECT
    assert judge(frame.replace("mitrasentosa", "slot88mitra").encode()).verdict is Verdict.INJECTED


_DOORWAY = (
    "<h1>Rahasia Menembus Meja Baccarat</h1><p>Meja langsung dibuka dua puluh empat jam. Petaruh cukup menebak player"
    " atau banker, lalu menggandakan taruhan sampai menang. Roulette dan sicbo bisa dicoba setelahnya. Setor saldo"
    " mulai dua puluh lima ribu lewat pulsa, dan bonus turnover dibagikan setiap Senin. Pilih meja"
    " sepi agar kemenangan Anda"
    " cepat cair. Daftar akun sekarang, komisi mingguan menanti member baru.</p>"
)


@pytest.mark.parametrize(
    "around", ["{}", _WARNING + "{}", f"{{}}{_TALK}{_WARNING}", "{}<h3>Stop Judi Online!</h3><p>Lapor.</p>"]
)
def test_an_article_that_courts_players_needs_no_links(around: str) -> None:
    gambling = judge(page(around.format(_DOORWAY)))
    assert gambling.verdict is Verdict.INJECTED
    assert gambling.hits[0].family == COURTING


@pytest.mark.parametrize(
    "head",
    [
        '<meta name=keywords content="slot gacor, slot online, judi slot, rtp live">',
        '<meta property="og:title" content="Situs Slot Gacor Maxwin Hari Ini">',
        '<script type="application/ld+json">{"name": "KLAWING88", "description": "situs slot, rtp live"}</script>',
    ],
)
def test_a_warning_saves_no_head_that_says_something_else(head: str) -> None:
    banner = "<h3>Stop Judi Online!</h3><p>Waspada bahaya judi online. Laporkan situs judi ke aduankonten.id.</p>"
    assert judge(page(_TALK + banner, head=head)).verdict is Verdict.INJECTED


@pytest.mark.parametrize(
    "added",
    [
        "<div style='display:none'>{}</div>",
        "<noscript>{}</noscript>",
        "<!-- {} -->",
        "<script>var berita = ['Slot gacor, maxwin dan RTP live hanyalah iming-iming bandar']</script>",
        '<meta property="og:description" content="Slot gacor, maxwin dan RTP live hanyalah iming-iming bandar">',
        '<a href="/berita/slot-gacor-maxwin">Slot gacor, maxwin dan RTP live</a>',
        '<a href="https://kabarsiang.example/slot-gacor-maxwin">Slot gacor, maxwin dan RTP live</a>',
    ],
)
def test_a_warning_may_say_it_twice(added: str) -> None:
    body = page(_WARNING, title="Bahaya Judi Online", end=added.format(_WARNING))
    assert judge(body).verdict is Verdict.CLEAN


@pytest.mark.parametrize(
    "title",
    [
        "Deneme bonusu veren bahis siteleri – güncel giriş",
        "Онлайн Казино: игровые автоматы и фриспины",
        "온라인 카지노 바카라 추천",
        "Apostas esportivas e cassino online",
        "オンラインカジノ スロット ボーナス",
    ],
)
def test_other_languages(title: str) -> None:
    assert judge(page(_TALK, title=title)).verdict is Verdict.INJECTED


def test_letters_in_disguise_are_no_accident() -> None:
    assert judge(page(title="Ваndаr Тоgel")).verdict is Verdict.INJECTED
    assert judge(page(title="Bandar Togel")).verdict is not Verdict.INJECTED


@pytest.mark.parametrize("text", [_TALK, _WARNING, _WARNING + _TALK])
@pytest.mark.parametrize(
    "around", ["<p style='font-size:3px'>{}</p>", "<ul>{}</ul>", "<font size=1 color=white>{}</font>"]
)
def test_links_to_strangers_are_counted_whatever_the_page_says(text: str, around: str) -> None:
    said = ("slot gacor", "toto macau", "bandar togel", "judi bola", "casino online")
    links = "".join(f"<a href='https://mitra{number}.example/'>{words}</a> " for number, words in enumerate(said))
    assert judge(page(text, end=around.format(links))).verdict is Verdict.INJECTED


@pytest.mark.parametrize(
    "text",
    [
        "<p>The protocol RTP carries audio; check RTP live with the tool, see RTP online and RTP resmi.</p>",
        "<p>Play our free chess guide: players join, register your club and win the best daily rewards.</p>",
        "<p>Pilih kelas, daftar akun, masuk dan klik permainan kartu. Anda menang bonus dari putaran domino.</p>",
        "<p>Handicap golf dan odds pertandingan dibahas bagi pemula. Meja panitia menyediakan kartu skor dan bola.</p>",
    ],
)
def test_words_of_the_trade_alone_are_no_trade(text: str) -> None:
    assert judge(page(text + _TALK)).verdict is Verdict.CLEAN


@pytest.mark.parametrize(
    "text", ["", "satu", "satu dua " * 5_000, "x" * 20_000, "satu\tdua\n" * 4_000, "a b c d " * 3_000]
)
def test_words_looked_at_in_pieces_are_those_of_the_whole(text: str) -> None:
    said = told(bare(text))
    assert said.unique == set(said.in_order())
    assert said.in_order() == words(text)


def test_what_stands_where_a_piece_ends_is_one_word() -> None:
    for lead in range(8_180, 8_200):
        assert "maxwin" in told("x" * lead + " maxwin dan seterusnya").unique
        assert "maxwin" in told(" " * lead + "maxwin dan seterusnya").unique
