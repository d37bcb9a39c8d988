"""The first line, which must tell all, and the sentence after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from monitor import words
from monitor.alerts import phrases
from monitor.alerts.defang import clipped, plain
from monitor.alerts.situation import Noted, Situation
from monitor.catalogue import describe, text
from monitor.incident import CauseKind, EventKind, NoticeKind
from monitor.model import Audience

TITLE = 120
"""Characters of a title."""
_LEAST = 20
"""Characters that a name keeps when a title is too long."""
_NAMED = 3
"""Sites that a sentence names."""
_PAIR = 2
"""Sites of which a title names each."""
_MIXED = 2
"""Kinds of faults from which on a sentence names each."""


def title(situation: Situation) -> str:
    """One line of at most `TITLE` characters: how bad, what, where, since when."""
    form = _SPECIAL.get(situation.incident.cause.kind, _FORMS).get(situation.kind, _other)
    return plain(form(situation), TITLE)


def lead(situation: Situation) -> str:
    """What happened, where, in one or two sentences."""
    if situation.incident.cause.kind in _SPECIAL:
        return _special_lead(situation)
    return _LEADS.get(situation.kind, _opened_lead)(situation)


def _opened(situation: Situation) -> str:
    if _is_matter_of_csirt(situation):
        return f"{_severity(situation)}: {_what_where(situation)}" if situation.is_alone else _beside(situation)
    if _is_shared(situation):
        return _shared(situation)
    when = _since(situation) if situation.alarm in _STATES else ""
    says_more = situation.is_alone or situation.alarm != _severity(situation)
    return _fitted(f"{situation.alarm}: " if says_more else "", _who(situation), f" – {situation.brief}{when}")


def _beside(situation: Situation) -> str:
    """What and where, beginning a line: how bad it is stands beside it."""
    said = _what_where(situation)
    return f"{said[:1].upper()}{said[1:]}"


def _since(situation: Situation) -> str:
    """` sejak 08.05 WIB`; nothing where something else tells it."""
    return f" sejak {words.since(situation.incident.opened, situation.now)}" if situation.is_alone else ""


def _reminder(situation: Situation) -> str:
    span = words.duration(situation.span)
    if _is_matter_of_csirt(situation):
        return f"BELUM DITERIMA {span}: {_severity(situation)}, {_what_where(situation)}"
    still = f"MASIH {situation.alarm}" if situation.alarm in _STATES else situation.alarm
    if _is_shared(situation):
        return f"{still} {span}: {which(situation)} – {_common(situation)}, belum diterima"
    return _fitted(f"{still} {span}: ", _who(situation), f" – {situation.brief}, belum diterima")


def _updated(situation: Situation) -> str:
    said = (word for kind, word in _NEWS.items() if kind in situation.news)
    return f"{next(said, 'PERKEMBANGAN')} – {_opened(situation)}"


def _resolved(situation: Situation) -> str:
    span = words.duration(situation.span)
    if situation.dismissed is not None:
        return f"DITUTUP: {_what_where(situation)} – positif palsu"
    if situation.is_unwatched:
        return _fitted("DITUTUP: ", _number_or_name(situation), f" – tidak lagi dipantau ({situation.brief})")
    if situation.is_eased:
        return f"MEREDA: {_what_where(situation)} – masih ada, lebih ringan"
    if _is_matter_of_csirt(situation):
        return f"TIDAK TERLIHAT LAGI: {_what_where(situation)} – belum tentu bersih"
    if situation.alarm not in _STATES:
        return _fitted("PULIH: ", _number_or_name(situation), f" – teratasi: {situation.brief}")
    after = f" – {_again(situation)} setelah {situation.alarm.lower()} {span}"
    return _fitted("PULIH: ", _number_or_name(situation), after)


def _other(situation: Situation) -> str:
    return f"{situation.incident.name}: {_what_where(situation)}"


def _vantage_opened(situation: Situation) -> str:
    return f"TITIK PANTAU TERPUTUS{_since(situation)}: tidak ada situs yang dapat diamati"


def _vantage_reminder(situation: Situation) -> str:
    return f"TITIK PANTAU MASIH TERPUTUS {words.duration(situation.span)}: tidak ada situs yang dapat diamati"


def _vantage_resolved(situation: Situation) -> str:
    return f"PULIH: titik pantau tersambung kembali setelah {words.duration(situation.span)}"


def _delivery_opened(situation: Situation) -> str:
    return f"PENGIRIMAN GAGAL: saluran {situation.incident.cause.value} tidak menerima pesan{_since(situation)}"


def _delivery_reminder(situation: Situation) -> str:
    span = words.duration(situation.span)
    return f"PENGIRIMAN MASIH GAGAL {span}: saluran {situation.incident.cause.value} tidak menerima pesan"


def _delivery_resolved(situation: Situation) -> str:
    span = words.duration(situation.span)
    return f"PULIH: saluran {situation.incident.cause.value} menerima pesan lagi setelah {span}"


Form = Callable[[Situation], str]
_FORMS: Mapping[NoticeKind, Form] = {
    NoticeKind.OPENED: _opened,
    NoticeKind.UPDATED: _updated,
    NoticeKind.REMINDER: _reminder,
    NoticeKind.RESOLVED: _resolved,
}
_SPECIAL: Mapping[CauseKind, Mapping[NoticeKind, Form]] = {
    CauseKind.VANTAGE: {
        NoticeKind.OPENED: _vantage_opened,
        NoticeKind.UPDATED: _vantage_reminder,
        NoticeKind.REMINDER: _vantage_reminder,
        NoticeKind.RESOLVED: _vantage_resolved,
    },
    CauseKind.DELIVERY: {
        NoticeKind.OPENED: _delivery_opened,
        NoticeKind.UPDATED: _delivery_reminder,
        NoticeKind.REMINDER: _delivery_reminder,
        NoticeKind.RESOLVED: _delivery_resolved,
    },
}
_NEWS: Mapping[EventKind, str] = {
    EventKind.WORSENED: "MEMBURUK",
    EventKind.WIDENED: "MELUAS",
    EventKind.REOPENED: "KAMBUH",
    EventKind.GREW: "BERTAMBAH",
}
"""What an update begins with; the first that happened counts."""
_STATES = frozenset({"TURUN", "TERGANGGU"})


def _is_matter_of_csirt(situation: Situation) -> bool:
    return situation.incident.audience is Audience.CSIRT


def _is_shared(situation: Situation) -> bool:
    return len(situation.kodes) > 1


def _severity(situation: Situation) -> str:
    return words.SEVERITIES[situation.incident.severity].upper()


def _number(situation: Situation) -> str:
    return f"{words.number(len(situation.kodes))} {situation.noun}"


def which(situation: Situation) -> str:
    """`DESA-001 dan DESA-002`; of more, how many: `85 situs`."""
    kodes = situation.kodes
    return " dan ".join(kodes) if len(kodes) == _PAIR else _number(situation)


def _number_or_name(situation: Situation) -> str:
    if not _is_shared(situation):
        return _who(situation)
    common = situation.cause_words.short
    return f"{which(situation)} ({common})" if common else which(situation)


def _again(situation: Situation) -> str:
    return "melayani lagi" if situation.alarm == "TURUN" else "normal lagi"


def _who(situation: Situation) -> str:
    return situation.called(situation.kodes[0]) if situation.kodes else situation.incident.cause.value


def _fitted(before: str, who: str, after: str) -> str:
    """The three in one line; when that is too long, the name gives way, but not its kode."""
    room = max(_LEAST, TITLE - len(before) - len(after))
    if len(who) > room:
        name, bracket, kode = who.rpartition(" (")
        who = f"{clipped(name, room - len(bracket) - len(kode))}{bracket}{kode}" if bracket else clipped(who, room)
    return f"{before}{who}{after}"


def _what_where(situation: Situation) -> str:
    """`sisipan judi daring pada karangbanjar.desa.id (DESA-046)`, or on so many sites."""
    if _is_shared(situation):
        common, faults = situation.cause_words.short, situation.faults
        if len(faults) >= _MIXED:
            return f"{which(situation)}{f' ({common})' if common else ''}: {'; '.join(faults)}"
        return f"{situation.brief} pada {which(situation)}" + (f" – {common}" if common else "")
    if not situation.kodes:
        return situation.brief or situation.incident.cause.value
    kode = situation.kodes[0]
    return f"{situation.brief} pada {situation.host(kode)} ({kode})"


def _shared(situation: Situation) -> str:
    """`85 situs turun: alamat 192.0.2.7 tidak menjawab`; of two, which: `DESA-001 dan DESA-002 turun: …`."""
    return f"{which(situation)} {situation.alarm.lower()}: {_common(situation)}"


def _common(situation: Situation) -> str:
    """What so many share, and what is wrong."""
    short = situation.cause_words.short
    worst = situation.worst
    if situation.incident.cause.kind is CauseKind.ADDRESS and worst and worst.finding.code == "site.down":
        return f"{short} {situation.brief}"
    return f"{situation.brief} ({short})" if short else situation.brief


def _opened_lead(situation: Situation) -> str:
    if not _is_shared(situation):
        return _single(situation)
    since = words.since(situation.incident.opened, situation.now)
    if situation.alarm in _STATES:
        return f"{_number(situation)} {situation.alarm.lower()} sejak {since}: {_named(situation)}."
    return f"{_spread(situation)} sejak {since}: {_named(situation)}."


def _spread(situation: Situation) -> str:
    """`Halaman disisipi judi daring pada 3 situs, halaman diretas pada 1`."""
    faults = situation.faults
    if len(faults) < _MIXED:
        return f"{text(situation.concerned[0].finding.code).title} pada {_number(situation)}"
    first, *others = (f"{brief} pada {words.number(count)}" for brief, count in faults.items())
    return ", ".join((f"{first[:1].upper()}{first[1:]} {situation.noun}", *others))


def _named(situation: Situation) -> str:
    """The first few by name."""
    kodes = situation.kodes
    more = len(kodes) - _NAMED
    named = ", ".join(situation.called(kode) for kode in kodes[:_NAMED])
    return f"{named}, dan {words.number(more)} lainnya" if more > 0 else named


def _single(situation: Situation) -> str:
    worst = situation.worst
    if worst is None:
        return f"{situation.incident.name} dibuka."
    more = len(situation.concerned) - 1
    return seen(situation, worst) + (f" Bersama {more} temuan lain pada situs ini." if more else "")


def seen(situation: Situation, noted: Noted) -> str:
    """The catalogue's sentence about *noted*; and, where it went away and came back, how often."""
    said, times = describe(noted.finding), situation.recurrences(noted)
    if not times:
        return said
    since = words.since(situation.incident.opened, situation.now)
    return f"{said} Berulang {words.number(times)} kali sejak {since}."


def _reminder_lead(situation: Situation) -> str:
    span = words.duration(situation.span)
    return f"Sudah {span} belum ada yang menerima; pengingat berhenti setelah diterima. {_opened_lead(situation)}"


def _updated_lead(situation: Situation) -> str:
    told = situation.told_last
    since = f"Sejak pemberitahuan {words.since(told, situation.now)}: " if told else ""
    worse = EventKind.WORSENED in situation.news
    fresh = len(situation.fresh)
    news = [
        f"keparahan naik menjadi {words.SEVERITIES[situation.incident.severity].lower()}" if worse else "",
        f"{words.number(fresh)} temuan baru" if fresh else "",
    ]
    said = " dan ".join(part for part in news if part) or "ada perkembangan"
    return f"{since}{said}. {_opened_lead(situation)}"


def _resolved_lead(situation: Situation) -> str:
    lasted = _lasted(situation)
    if (act := situation.dismissed) is not None:
        by = act.actor or "petugas"
        return f"Dinilai positif palsu oleh {by}{f': {act.text}' if act.text else ''}. Terbuka {lasted}."
    if situation.is_unwatched:
        return f"Tidak lagi dipantau, dan belum tentu pulih. Terbuka {lasted}. Yang terjadi: {_happened(situation)}."
    if situation.is_eased:
        return f"{_EASED} Berlangsung {lasted}. Yang terjadi: {_happened(situation)}."
    return f"{_now_well(situation)}. Berlangsung {lasted}. Yang terjadi: {_happened(situation)}."


_GIVEN_UP = (
    "Sedikitnya satu pesan pada saluran ini gagal dikirim, dan tidak dicoba lagi sendiri: isinya belum sampai kepada"
    " siapa pun lewat saluran ini. Baca di papan pantau apa yang terlewat."
)
_EASED = "Masih ditemukan, tetapi keparahannya turun; selanjutnya tampil di papan pantau dan ringkasan."


def _now_well(situation: Situation) -> str:
    if situation.alarm not in _STATES:
        return "Tidak ditemukan lagi"
    total, ill = len(situation.kodes), len({*situation.ill, *situation.gone} & set(situation.kodes))
    if ill:
        return f"{words.number(total - ill)} dari {words.number(total)} {situation.noun} {_again(situation)}"
    number = f"Semua {_number(situation)}" if total > 1 else situation.noun.capitalize()
    return f"{number} {_again(situation)}"


def _lasted(situation: Situation) -> str:
    """`2 jam 5 menit, 08.05 WIB sampai 10.10 WIB`."""
    start, end = situation.incident.opened, situation.ended
    return f"{words.duration(situation.span)}, {words.since(start, end)} sampai {words.since(end, situation.now)}"


def _happened(situation: Situation) -> str:
    where = f" pada {_number(situation)}" if _is_shared(situation) else ""
    return f"{situation.brief}{where}"


def _special_lead(situation: Situation) -> str:
    if situation.kind is NoticeKind.RESOLVED:
        return f"Berlangsung {_lasted(situation)}."
    if situation.incident.cause.kind is CauseKind.DELIVERY:
        return _GIVEN_UP
    return (
        "Alamat acuan di internet tidak terjangkau dari server pemantau. Selama itu situs berstatus tidak teramati,"
        " bukan turun, dan gangguan situs yang sesungguhnya tidak akan terlihat."
    )


_LEADS: Mapping[NoticeKind, Form] = {
    NoticeKind.OPENED: _opened_lead,
    NoticeKind.UPDATED: _updated_lead,
    NoticeKind.REMINDER: _reminder_lead,
    NoticeKind.RESOLVED: _resolved_lead,
}


def gist(situation: Situation) -> str:
    """What and where, as a part of a sentence: for digests."""
    form = _SPECIAL.get(situation.incident.cause.kind)
    if form is not None:
        return plain(phrases.lowered(form[NoticeKind.OPENED](situation)), TITLE)
    if _is_shared(situation) or _is_matter_of_csirt(situation):
        return plain(_what_where(situation), TITLE)
    return plain(f"{_who(situation)} – {situation.brief}", TITLE)


def fresh_line(situation: Situation, noted: Noted) -> str:
    """A finding that is new, and where."""
    return f"{situation.called(noted.kode)}: {describe(noted.finding)}"
