"""Texts that court players are told from texts that speak of the same games for other reasons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.content.gambling.intent import Intent, courting, intent, intents, vocabulary
from monitor.content.gambling.normal import words

COURTING = (
    "Mesin slot ini sedang ramai. Setor saldo mulai lima ribu lewat pulsa lalu pilih putaran cepat. Bila scatter turun"
    " berturut-turut, naikkan taruhan sampai pengali muncul. Kemenangan langsung masuk ke akun Anda, dan member baru"
    " mendapat bonus serta cashback mingguan. Coba akun demo dahulu, kemudian mainkan meja baccarat dan roulette."
)
INFORMING = (
    "Mesin slot pertama dibuat pada abad ke-19. Dalam novel itu tokohnya bermain baccarat dan roulette di sebuah"
    " kasino; penyair lain menulis tentang taruhan, dadu dan kartu. Peneliti menghitung probabilitas setiap putaran:"
    " bandar selalu untung. Menurut penelitian terhadap responden, para petaruh kecanduan dan terjerat utang."
)
FILLING = "Musyawarah dusun membahas jalan, saluran air dan posyandu bersama perangkat desa. " * 20


@pytest.mark.parametrize("text", [COURTING, f"{FILLING}{COURTING}{FILLING}", f"{INFORMING} {FILLING}{COURTING}"])
def test_courting(text: str) -> None:
    best = intents(words(text))[1]
    assert best.courts
    assert courting(best) == vocabulary().full


@pytest.mark.parametrize("text", [INFORMING, f"{FILLING}{INFORMING}{FILLING}"])
def test_informing(text: str) -> None:
    about, best = intents(words(text))
    assert about.informs
    assert not best.courts
    assert courting(best) == 0


@pytest.mark.parametrize(
    "text", [FILLING, "", "Bonus atlet disalurkan lewat rekening tanpa potongan. Slot parkir tersedia."]
)
def test_about_something_else(text: str) -> None:
    assert not intent(words(text)).is_about


def test_what_hangs_on_to_words_is_left_out() -> None:
    assert intent(["taruhannya", "saldonya"]) == Intent(games=1.0, trade=1.0, span=0, sure=1, clear=1, pays=1.0)


def test_points_grow_with_what_is_said() -> None:
    known = vocabulary()

    def at(score: float, *, games: float = 4.0, span: int = known.line, sure: int = 2, pays: float = 1.0) -> float:
        aim = Intent(games, (score - games) / known.factors["trade"], span=span, sure=sure, pays=pays)
        return courting(aim)

    assert at(known.doubt - 0.01) == 0
    assert 0 < at(known.doubt) < at((known.doubt + known.court) / 2) < known.full
    assert at(known.court) == pytest.approx(known.full)
    assert at(known.court, span=known.line - 1) == 0
    assert at(known.court, sure=1) == 0
    assert at(known.court, sure=1, pays=known.plain - 1) > 0
    assert at(known.court, sure=9, pays=known.pays - 0.5) == 0
    assert at(known.court, games=known.many - 0.01) == 0


def test_the_vocabulary_is_plain_and_says_each_word_once() -> None:
    known = vocabulary()
    for word in (*known.games, *known.trade, *known.against):
        assert words(word) == [word]
    assert not known.games.keys() & known.against.keys()
    assert not known.trade.keys() & known.against.keys()


@given(
    st.lists(st.sampled_from([*vocabulary().games, *vocabulary().trade, *vocabulary().against, "desa"]), max_size=300)
)
def test_whatever_is_said_there_is_an_intent(said: list[str]) -> None:
    about, best = intents(said)
    assert courting(best) >= courting(about) >= 0
    assert not (about.informs and not about.is_about)
