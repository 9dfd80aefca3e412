"""Whether two words are one: with slips, clitics and endings, across varieties and scripts."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import SequenceMatcher
from functools import lru_cache

from arabic import fold, ideas_of

_SAME = (
    "شغل عمل دوام وظيفة، ممنوع محظور حرام prohibited forbidden banned، جائز مسموح يجوز عادي مباح"
    " allowed permitted، تجاوب تجيب ترد يجاب reply answer، تشوف ترى تنظر، حد حدا احد شخص فلان،"
    " باسورد مرور سر password، بس فقط وحده وحدها لحاله only، ناس أناس جمهور بشر people ppl public،"
    " تخلي تترك يخلي leave، صار حصل حدث، يحكي يتكلم يتحدث يقول، غلط خطأ أخطأ، صح أصاب صحيح،"
    " government govt gov، communication communications comm comms، department dept،"
    " picture photo pic، لازم واجب يجب must، حاجة ضرورة ضروري يحتاج، بلا بدون دون من_غير without،"
    " موارد hr، رقم رقمه number figure، قروب مجموعة، بيان بين يوضح يبين،"
    " صديق صاحب ربيع رفيق friend، مثل كما زي شرات، تسأل يسأل اسأل ask، مدير مسؤول،"
    " الكل كل جميع كافة all، info information معلومات معلومة، ينطر ينتظر يستنى wait،"
    " قبل before، تطبيق تطبيقات app apps، ويب web"
)
_ARTICLE = re.compile("[وف]?(?:[بكعه]?ال|لل)(?=...)")
_PREFIXES = ("", "و", "ع", "ف", "ب", "ل", "ك", "ي", "ت", "ن", "ا", "بي", "بت", "ول", "وي", "وت")
_ENDINGS = ("", "ه", "ها", "هم", "ته", "تها", "تهم", "ت", "ات", "ون", "ين", "ان", "وا", "ي", "ا")
_ENGLISH_ENDINGS = ("", "ing", "ed", "es", "s", "d", "ly", "er", "e")
_SHORTEST_STEM = 3
_SHORTEST_TYPO, _SHORTEST_TYPOS, _ALIKE = 4, 7, 0.84
_SHORTEST_LOOSE, _LOOSELY_ALIKE = 5, 0.75
_SHORTEST_ROOT, _SHORTEST_JOINED, _SHORTEST_PIECE = 2, 6, 2

_VERBAL = re.compile(r"^[وف]?(?:را?ح|[هحسب])?(?:[ايتن]|ال)(?=...)|^[وفبلك](?=...)")
_PRONOUN = re.compile(r"(?<=..)(?:هم|هن|ها|نا|ني|كم|ه|ك|وا|ون|ين|ات|ت|ش)$")
_WEAK = re.compile("[اوي]")

_SOUND_OF = {
    **dict.fromkeys("سصش9s", "s"),
    **dict.fromkeys("تطث6t", "t"),
    **dict.fromkeys("دضظذزdz4", "d"),
    **dict.fromkeys("جقغكخgjqkcx58", "k"),
    **dict.fromkeys("بpb", "b"),
    **dict.fromkeys("فfv", "f"),
    **dict.fromkeys("رr", "r"),
    **dict.fromkeys("لl", "l"),
    **dict.fromkeys("مm", "m"),
    **dict.fromkeys("نn", "n"),
}
"""Consonants as they are heard alike in either script; throat sounds and vowels are left out."""

_DIGRAPHS = (("sh", "s"), ("ch", "s"), ("kh", "k"), ("gh", "k"), ("dh", "d"), ("th", "t"))
_LATIN_ARTICLE = re.compile("^(?:w?[bf]?(?:al|el|il)|l)(?=...)")
_SHORTEST_SOUND, _LONG_SOUND, _SOUNDS_ALIKE = 2, 4, 0.8


def one_slip(one: str, other: str) -> bool:
    """Say whether two words differ by one letter more, less or other, or by two swapped."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == len(other) == 2 and one == other[::-1])  # noqa: PLR2004 - two letters


def bare(word: str) -> str:
    """Take the article, and what is written together with it, from a folded word."""
    return _ARTICLE.sub("", word, 1)


@lru_cache(maxsize=20_000)
def alike(one: str, other: str) -> bool:
    """Say whether two folded words without article are one, or mean the same."""
    if not _stems(one).isdisjoint(_stems(other)) or not _ideas(one).isdisjoint(_ideas(other)):
        return True
    shortest = min(len(one), len(other))
    if shortest < _SHORTEST_TYPO or one[0] != other[0]:
        return False
    return one_slip(one, other) or (
        shortest >= _SHORTEST_TYPOS and SequenceMatcher(None, one, other).ratio() >= _ALIKE
    )


@lru_cache(maxsize=20_000)
def loosely_alike(one: str, other: str) -> bool:
    """Say whether a folded word may be one of a choice: of one root, much alike, or of one sound.

    Args:
        one: A typed word.
        other: A word of a choice; a Latin one is never the sound of an Arabic one.
    """
    if alike(one, other):
        return True
    if one.isascii() != other.isascii():
        return one.isascii() and _sounds_alike(one, other)
    if not one.isascii() and not _roots(one).isdisjoint(_roots(other)):
        return True
    shortest = min(len(one), len(other))
    return (
        shortest >= _SHORTEST_LOOSE and SequenceMatcher(None, one, other).ratio() >= _LOOSELY_ALIKE
    )


def parted(word: str, known: Collection[str]) -> list[str]:
    """Part a word that was written together with the next one.

    Args:
        word: A folded word.
        known: Folded words that may stand in it.
    """
    if len(word) < _SHORTEST_JOINED or _is_known(word, known):
        return [word]
    for place in range(_SHORTEST_PIECE, len(word) - _SHORTEST_PIECE):
        one, other = word[:place], word[place:]
        whole = one in known or (len(one) >= _SHORTEST_TYPO and _is_known(one, known))
        if whole and _is_known(other, known):
            return [one, other]
    return [word]


def _is_known(word: str, known: Collection[str]) -> bool:
    own = bare(word)
    return word in known or any(alike(own, bare(other)) for other in known)


@lru_cache(maxsize=20_000)
def _stems(word: str) -> frozenset[str]:
    """Give all that a word may be built on."""
    prefixes: tuple[str, ...] = ("",)
    endings: tuple[str, ...] = _ENGLISH_ENDINGS
    forms = {word}
    if not word.isascii():
        prefixes, endings = _PREFIXES, _ENDINGS
        forms.add(re.sub("ه$", "ت", word))  # a ta marbuta before an ending
    stems = {
        form.removeprefix(prefix).removesuffix(ending)
        for form in forms
        for prefix in prefixes
        for ending in endings
    }
    return frozenset({word, *(stem for stem in stems if len(stem) >= _SHORTEST_STEM)})


@lru_cache(maxsize=20_000)
def _roots(word: str) -> frozenset[str]:
    """Give the strong letters of a word, with and without what may be a prefix or an ending."""
    once = _VERBAL.sub("", word, 1)
    forms = {word, once, _VERBAL.sub("", once, 1)}
    forms |= {_PRONOUN.sub("", form, 1) for form in forms}
    roots = {_WEAK.sub("", form) for form in forms}
    return frozenset(root for root in roots if len(root) >= _SHORTEST_ROOT)


_GROUPS = [
    frozenset(stem for word in fold(group).split() for stem in _stems(word))
    for group in _SAME.split("،")
]


@lru_cache(maxsize=20_000)
def _ideas(word: str) -> frozenset[str]:
    """Give what a word may stand for, so that varieties and languages meet."""
    stems = _stems(word)
    groups = {min(group) for group in _GROUPS if not stems.isdisjoint(group)}
    own = ideas_of(word) | (set() if word.isascii() else ideas_of("ال" + word))
    return frozenset(groups | own)


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    heard = re.sub("ه$", "", bare(word))
    if word.isascii():
        heard = _LATIN_ARTICLE.sub("", word)
        for written, plain in _DIGRAPHS:
            heard = heard.replace(written, plain)
    return re.sub(r"(.)\1+", r"\1", "".join(_SOUND_OF.get(sign, "") for sign in heard))


def _sounds_alike(latin: str, arabic: str) -> bool:
    """Compare a Latin and an Arabic word; a ta marbuta may be heard."""
    heard, own = _sound(latin), _sound(arabic)
    if arabic.endswith("ه") and heard.endswith("t"):
        own += "t"
    shortest = min(len(heard), len(own))
    if shortest < _SHORTEST_SOUND:
        return heard == own != "" and latin[0] == "3" and arabic[0] == "ع"
    same = heard == own or heard in {own[1:], own[:-1]} or own in {heard[1:], heard[:-1]}
    long = shortest >= _LONG_SOUND
    return (
        (heard == own)
        or (shortest > _SHORTEST_SOUND and same)
        or (long and SequenceMatcher(None, heard, own).ratio() >= _SOUNDS_ALIKE)
    )
