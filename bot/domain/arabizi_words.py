"""What Arabizi words of a typed answer mean; they are looked up by their sound."""

from __future__ import annotations

import re

from bot.domain.answer_words import Every, Meaning, Sense, listed

_ARABIZI: dict[Meaning, str] = {
    Sense.TRUE: (
        "sa7 ee_sa7 ee_s7 saj 9aj 9a7ee7 9a7i7 9a7e7 9ah s7 sah sa77 sa7i7 sahih saheeh sa7ee7"
        " sa7e7 sa7i7a mazboot mazbout"
    ),
    Sense.FALSE: (
        "ghalat ghal6 8lt ghlt galat 8alat ghala6 8ala6 ghla6 ghlat 5ata 5ata2 khata khata2 khta2"
        " khati2"
    ),
    Sense.YES: "na3am na3m naam aywa aiwa ewa eywa ay eih eh heeh heyh",
    Sense.NO: "la la2 laa la2a lala kalla",
    Sense.SURELY: "akeed akid tab3an taba3an",
    Sense.NOT: "mo mu moo mou mub mob mish mesh mosh mush mahu mahoo mb ghair gheir ghayr laysa",
    Sense.EXCEPT: "illa ela ila ma_3ada ma3ada 3ada",
    Sense.CORRECTION: "qasdi gasdi 2asdi aqsid agsid 3afwan la_la_la",
    Sense.OR: "wala walla_la aw wla",
    Sense.ONE: "wa7ed wahed wahid wa7id wa7ad wahad wa7da wahda wa7de",
    Sense.BECAUSE: "le2an la2an lianna le2anno 3ashan 3shan",
    Sense.FILLER: (
        "a3taqed a3taqid a3taked a3taged azon azun athon adhun atwaqa3 yemken yimkin yimken ymkn"
        " mumkin momken shakla shaklha shaklo wallah wallahi inshallah insha_allah aljawab b2ol"
        " ba2ol agool aqool jawab jawabi eljawab ijaba ejaba ijabe ejabe ijabti raqam rakam ra8am"
        " raqm rqm khiyar 5yar ana el al il elly illi ely eli hiya heya huwa howa hatha hada hay w"
        " wa u bel ra2yi rayi ekhtar akhtar a5tar b5tar 3ibara 3bara jomla kalam ba7ot b7ot"
        " bakhtar a6in a6en adhin azen a7es a7s a7esha bil ya3ni allah_a3lam wallah_a3lam"
    ),
    Sense.COURTESY: (
        "khalli khali 5alli 5ali khalleeha shukran bs bas khalas 5alas khales 5ales tayeb 6ayeb"
        " zain low_sama7t law_samaht abi abgha"
    ),
    Sense.MIDDLE: "wasat wus6aniya wustaniya wostani wastaniye nos",
    Sense.MINE: "3ndi 3endi 3andi 3indi ani ana_mn shughli",
    Sense.STOP: (
        "laish leish lesh leh sho shu shno shnu wesh wish esh hal shlon kif keef meta wain wein"
        " marhaba hala salam la_shukran ma_a3ref ma_adri esa2al so2al su2al"
    ),
    (0,): "awal awwal awel ola oula ula awla alif alef",
    (1,): (
        "thani thany tani tany thanya thaniya thania tanya taniya taniye ithnain ethnain thnain"
        " thnein tnain tnein etnain etnein itnain ethnen ethneen thneen tneen itneen ba2 baa"
    ),
    (2,): (
        "thalith telata thaleth talet talit thaltha thalitha thaletha talta talita talte thalatha"
        " thalath talata tlata tlate tlateh jeem"
    ),
    (3,): "rabi3 rabe3 rabea rab3a rabi3a rab3e arba3a arba3 arb3a arba3ah dal daal",
    (-1,): "akhir akheer akhira akheera a5eer a5eera a5ira akhir_wa7ed a5er_wa7ed akher_wahed",
    Every(): (
        "kolhom kulhum kullhum kelhom klhm kolhum kulhom kolha kulha kollo kullo el_kol alkol"
        " kl_shy kul_shay kol_shay kolshi kulshi"
    ),
}

_DIGIT_SOUND = {"7": "h", "5": "kh", "2": "", "9": "s", "6": "t", "8": "gh", "3": ""}
_SOUNDS = (("th", "t"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("e", "i"), ("o", "u"), ("y", "i"))


def sound(word: str) -> str:
    """Bring spellings of an Arabizi word together."""
    heard = "".join(_DIGIT_SOUND.get(sign, sign) for sign in word)
    for written, plain in _SOUNDS:
        heard = heard.replace(written, plain)
    return re.sub(r"(.)\1+", r"\1", heard)


MEANING_OF_SOUND = {
    " ".join(map(sound, words.split())): meaning
    for words, meaning in listed(_ARABIZI.items()).items()
}
"""What Arabizi expressions mean, each word by its ``sound``."""
