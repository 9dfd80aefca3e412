"""Answers that more words stand beside: a comment after a clear pick, or what was said at first."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence

from arabic import fold
from bot.domain.answer_grammar import Shown, judged, outright
from bot.domain.answer_parts import Part
from bot.domain.answer_words import CARDINALS, MEANING_OF, Every, Sense
from bot.domain.choice_words import denies
from bot.domain.quizzing import QuestionKind

_NONE: frozenset[int] = frozenset()
_TRUTH = frozenset({Sense.TRUE, Sense.FALSE})
_SAYING = _TRUTH | {Sense.YES, Sense.NO, Sense.SURELY, Sense.NOT}
_JOINING = _SAYING | {Sense.FILLER, Sense.COURTESY} - {Sense.NO, Sense.NOT}
_TURNING = frozenset({Sense.CORRECTION, Sense.EXCEPT, Sense.REST})
_LONGEST = 16
"""Words of a comment."""

_FEW = 3
"""Words of a comment that nothing parts from a pick."""

_COMMENTS = frozenset(
    fold(
        "بس لكن ولكن مع رغم وان ولو حتى حسب بناء لان لأنه لأنها لأنهم عشان علشان لأجل بسبب بحكم"
        " دام مادام حيث بما طالما but because cause cuz coz bc since as though although even"
        " if unless per according when they he she you we u people everyone every nobody noone"
        " nothing only always never otherwise"
        " lazem lazim la2an mish msh mo mu ma must cant cannot dont doesnt its theyre"
        # What a reason begins with.
        " لازم ما لا مو مب مش موب محد ماحد محدش هم هو هي احنا كل كلنا الموظف المفروض ممنوع مسموح"
        " حرام يجوز يحق يصير ليس هاي هذا هذه هذي هالشي هالكلام الكلام المعلومة العبارة واضح واضحة"
        " معروف مستحيل وهذا وهذي وهاي القانون اللائحة السياسة القاعدة الدليل"
    ).split()
)
_MODAL = re.compile(
    r"(?:(?:ما|مو|لا|مب|مش) ?)?(?:لازم|يجوز|يجب|يحق|يصح|يصير|ممنوع|مسموح|حرام|ينفع|يقدر|المفروض"
    r"|مفروض|واجب|ضروري|محد|ماحد|محدش)|ما?\w{3,}ش$|laz[ei]m|mamno|mas?mo7|ma yj|ma ys"
    r"|(?:(?:he|she|they|it|you|we|u|nobody) )?(?:cant|cannot|must|may|should|has|have|isnt|not)"
)
_APPOINTED = re.compile("[ابجده]|[c-f]|ال(?!ف$).+|[1-9]")
_NAMING = re.compile(
    "(?:ال|و)?(?:جواب|اجاب|خيار|اختيار|رقم|حرف)|اختار|اخترت|باختار|بختار|اقول|اكول|بقول|اظن|اعتقد|ارجح"
    "|توكلت|اروح|the$|answer|choice|option|number|letter|pick|choose|chose|say|think|guess|go|lean"
)
_TITLES = frozenset({"ا", "د"})
"""Letters that stand before names too: professor, doctor."""

BEGINNING = frozenset({"كنت", "قلت", "فكرت", "حسبت", "was", "thought"})
"""Words for what somebody meant to answer at first."""

_SELF = frozenset({"انا", "i", "im"})


def led(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read a clear pick at the beginning, which a comment follows.

    Args:
        parts: The parts of a text that asks nothing.
        shown: The question.

    Returns:
        Places; none where the pick is not clear or the comment may be more than one.
    """
    places, size = _head(parts, shown)
    head, tail = parts[:size], parts[size:]
    if not places or not tail or len(tail) > _LONGEST or _turns(tail, places, shown):
        return _NONE
    if MEANING_OF.get(head[-1].words) is Sense.ONE:
        return _NONE
    if _is_name(parts) or any(p.meaning is Sense.MINE and p.words not in _SELF for p in head):
        return _NONE
    if shown.kind is QuestionKind.TRUE_FALSE:
        return places if _is_judged(head, tail, shown) else _NONE
    return places if _is_picked(head, tail) else _NONE


def corrected(
    parts: Sequence[Part], read: Callable[[Sequence[Part]], frozenset[int]], said: Container[str]
) -> frozenset[int]:
    """Read what follows a correction of an answer that was begun."""
    for place in range(len(parts) - 1, 0, -1):
        before, here = parts[place - 1], parts[place]
        twice = here.meaning is Sense.NO and before.meaning in {Sense.NO, Sense.BUT}
        but_no = here.meaning is Sense.NO and before.words in {"بس", "لكن", "but"}
        tail = parts[place + 1 :]
        begun_with = here.words in {"بس", "لكن", "but"} and any(
            part.words in BEGINNING for part in parts[:place]
        )
        anew = here.meaning is Sense.NO and tail and isinstance(tail[0].meaning, tuple)
        if here.meaning is Sense.CORRECTION or twice or but_no or anew or begun_with:
            begun = any(
                isinstance(part.meaning, tuple) or part.meaning in _TRUTH or part.words in said
                for part in parts[:place]
            )
            return read(tail) if begun and tail else _NONE
    return _NONE


def _is_name(parts: Sequence[Part]) -> bool:
    """Say whether a text begins with a name and its title, as in "Dr. Ahmad"."""
    first, second = parts[0], parts[1]
    return first.words in _TITLES and second.meaning is None and first.clause == second.clause


def _head(parts: Sequence[Part], shown: Shown) -> tuple[frozenset[int], int]:
    """Give the first answer that can be read, and of how many parts it is."""
    size, places = 0, _NONE
    for end, part in enumerate(parts, start=1):
        if part.meaning is None or part.meaning in {Sense.STOP, Sense.BECAUSE}:
            break
        read = _answer(parts[:end], shown)
        if places and not read:
            break
        if read:
            joins = isinstance(part.meaning, tuple) or part.meaning in _JOINING
            if places and not joins:
                break
            if read != places or part.meaning in _SAYING or isinstance(part.meaning, tuple):
                size, places = end, read
    return places, size


def _answer(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    if shown.kind is QuestionKind.TRUE_FALSE:
        return judged(parts, shown.truths, asks=False)
    return outright(parts, shown)


def _turns(tail: Sequence[Part], places: frozenset[int], shown: Shown) -> bool:
    """Say whether words after a pick ask for something, or speak for another pick."""
    apart = _is_comment(tail)
    for place, part in enumerate(tail):
        asks = part.meaning is Sense.STOP and part.words not in shown.said
        mine = part.meaning is Sense.MINE and not apart
        turns = part.meaning in _TURNING or (part.meaning in {Sense.OR, Sense.NO} and not place)
        if asks or mine or turns:
            return True
        if shown.kind is QuestionKind.TRUE_FALSE:
            other = Sense.FALSE if shown.truths[min(places)] else Sense.TRUE
            if part.meaning is other and not _is_reason(tail[: place + 1]):
                return True
        elif isinstance(part.meaning, tuple) and not _is_reason(tail[:place]):
            number = part.words in CARDINALS or part.words in shown.said
            if not number and not set(part.meaning) <= places:
                return True
        elif part.meaning is Sense.FALSE and not place:
            return True
    return False


def _is_reason(parts: Sequence[Part]) -> bool:
    return any(part.meaning is Sense.BECAUSE for part in parts)


def _is_comment(tail: Sequence[Part]) -> bool:
    first = tail[0].words
    return first.split()[0] in _COMMENTS or first.startswith("هال") or bool(_MODAL.match(first))


def _is_refused(head: Sequence[Part], tail: Sequence[Part]) -> bool:
    """Say whether what follows a place is said of it: "b is not clear"."""
    place = isinstance(head[-1].meaning, tuple)
    return place and tail[0].meaning is Sense.NOT and tail[0].clause == head[-1].clause


def _is_judged(head: Sequence[Part], tail: Sequence[Part], shown: Shown) -> bool:
    """Say whether a judgement is clear in spite of what follows."""
    meanings = [part.meaning for part in head]
    if _is_refused(head, tail):
        return False
    weight = sum(meaning in _SAYING or isinstance(meaning, tuple) for meaning in meanings)
    if not _TRUTH.isdisjoint(meanings) or any(isinstance(meaning, tuple) for meaning in meanings):
        return weight > 1 or tail[0].clause != head[-1].clause or _is_comment(tail)
    if Sense.NO in meanings and denies(shown.statement):
        return False  # "no" may repeat the statement or refuse it
    modal = _MODAL.match(" ".join(part.words for part in tail[:2]))
    return bool(modal) or (weight > 1 and Sense.SURELY in meanings)


def _is_picked(head: Sequence[Part], tail: Sequence[Part]) -> bool:
    """Say whether a pick is clear in spite of what follows."""
    if any(isinstance(part.meaning, Every) for part in head):
        return tail[0].meaning is Sense.BECAUSE
    if _is_refused(head, tail):
        return False
    if tail[0].clause != head[-1].clause or _is_comment(tail):
        return True
    if any(part.meaning is Sense.SURELY for part in head):
        return True
    named = any(_NAMING.match(p.words) for p in head) or _APPOINTED.fullmatch(head[-1].words)
    few = _FEW if len(head[-1].words) == 1 else _FEW - 1
    return bool(named) and len(tail) <= few and not tail[0].words.startswith("ال")
