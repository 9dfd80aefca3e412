"""Questions of a bank out of GIFT files: the two languages of each found and put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.domain.meaning import Language
from bot.domain.quizzing import QuestionKind
from bot.gift.models import FULL, GiftContents, GiftQuestion
from bot.library.quizzes import Question
from bot.library.yaml_lines import Place
from bot.services.quiz_gift import BEFORE_POST, FIELDS, LANGUAGE

_ID = re.compile(r"[a-z][a-z0-9-]*\.q[0-9]{1,3}")
_NEEDED = {"article": "muscat.2.1", "difficulty": "easy"}
"""Tags without which a question is none, each with an example of its value."""

_SLACK = 1.0
"""By how many percent weights may miss equal shares: 33 for a third is meant well."""


@dataclass(frozen=True)
class Part:
    """One question in one language.

    Attributes:
        fields: What its tags say beside its language, by their names.
    """

    path: Path
    gift: GiftQuestion
    id: str
    language: Language
    fields: dict[str, str]

    def at(self, place: Place = ()) -> str:
        """Say in which file and line a value stands, or what holds it."""
        match place:
            case ("choices", int(n), *_):
                line = self.gift.choices[n].line
            case _:
                line = self.gift.line
        return f"{self.path}:{line}"

    @property
    def right(self) -> list[int]:
        """The places of the right choices, from 0."""
        return [n for n, choice in enumerate(self.gift.choices) if choice.weight > 0]


@dataclass(frozen=True)
class Joined:
    """A question with the parts that it was made of."""

    question: Question
    parts: dict[Language, Part]

    def at(self, place: Place = ()) -> str:
        """Say in which file and line a value of the question stands, or what holds it."""
        return _at(self.parts, place)


@dataclass
class Intake:
    """What files hold.

    Attributes:
        questions: Those that are whole, in the order of the files.
        faults: What has to be mended first, each with file and line.
        left_out: Questions that a bank cannot hold, each with file and line.
        not_kept: What a bank cannot hold of others, each with file and line.
    """

    questions: list[Joined] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    not_kept: list[str] = field(default_factory=list)


def take_in(files: Iterable[tuple[Path, GiftContents]]) -> Intake:
    """Put together what files hold, whichever languages are in which of them."""
    intake = Intake()
    found: dict[str, dict[Language, Part]] = {}
    broken: set[str] = set()
    for path, contents in files:
        intake.left_out += [f"{path}:{each.line}: {each.reason}." for each in contents.skipped]
        intake.faults += [f"{path}:{each.line}: {each.reason}" for each in contents.faults]
        for part in _parts(path, contents, intake, broken):
            known = found.setdefault(part.id, {})
            first = known.setdefault(part.language, part)
            if first is not part:
                intake.faults.append(
                    f"{part.at()}: {part.id} is there in {part.language.value!r} already, "
                    f"at {first.at()}. Give each question its own id."
                )
    for own_id, parts in found.items():
        if own_id not in broken:
            _join(parts, intake)
    return intake


def _parts(path: Path, contents: GiftContents, intake: Intake, broken: set[str]) -> Iterator[Part]:
    """Give the questions of a file that can be told apart, and note what is wrong with others."""
    for gift in contents.questions:
        try:
            yield _part(path, gift, intake)
        except _FaultError as error:
            intake.faults.append(f"{path}:{gift.line}: {error}")
            broken.add(_id(gift))
        except _LeftOutError as error:
            intake.left_out.append(f"{path}:{gift.line}: {error}")
            broken.add(_id(gift))


class _FaultError(Exception):
    """A question has to be mended first."""


class _LeftOutError(Exception):
    """A question is of a kind that a bank cannot hold."""


def _part(path: Path, gift: GiftQuestion, intake: Intake) -> Part:
    fields, others = _fields(gift)
    own_id = _id(gift)
    if not _ID.fullmatch(own_id):
        raise _FaultError(
            f"{own_id!r} is no id of a question. Begin it with ::muscat.q56::, say, "
            "the rulebook and a number that no question has had."
        )
    missing = [f"[tag:{name}={value}]" for name, value in _NEEDED.items() if name not in fields]
    if missing:
        raise _FaultError(
            f"{own_id} does not say what it tests. Put a line above it, with your own values: "
            f"// {' '.join(missing)}"
        )
    part = Part(path, gift, own_id, _language(path, fields), fields)
    share = FULL / max(len(part.right), 1)
    if any(abs(gift.choices[n].weight - share) > _SLACK for n in part.right):
        raise _LeftOutError(
            f"{own_id}: its right choices do not make 100% in equal parts; none is half right here."
        )
    remarks = [*gift.remarks, *(choice.feedback for choice in gift.choices)]
    not_kept = [
        *(f"tag {tag!r}" for tag in others),
        *(f"feedback on one choice, {remark!r}" for remark in remarks if remark),
    ]
    intake.not_kept += [f"{part.at()}: {own_id}: {each}." for each in not_kept]
    return part


def _id(gift: GiftQuestion) -> str:
    return gift.idnumber or gift.title


def _fields(gift: GiftQuestion) -> tuple[dict[str, str], list[str]]:
    fields: dict[str, str] = {}
    others = []
    for tag in gift.tags:
        name, _, value = tag.partition("=")
        if name not in (*FIELDS, LANGUAGE):
            others.append(tag)
        elif fields.setdefault(name, value) != value:
            raise _FaultError(f"two tags for {name}, {fields[name]} and {value}. Take one away.")
    return fields, others


def _language(path: Path, fields: dict[str, str]) -> Language:
    named = fields.pop(LANGUAGE, path.stem.rpartition(".")[2])
    try:
        return Language(named)
    except ValueError:
        raise _FaultError(
            "in which language? End the file's name in .ar.gift or .en.gift, "
            "or add [tag:language=ar] to the line above the question."
        ) from None


def _join(parts: dict[Language, Part], intake: Intake) -> None:
    one = next(iter(parts.values()))
    faults = [
        f"{one.at()}: {one.id} is not there in {language.value!r}. Import both languages at once."
        for language in Language
        if language not in parts
    ] or list(_disagreements(parts[Language.ARABIC], parts[Language.ENGLISH]))
    for part in parts.values():
        faults += _missing_texts(part)
    if not faults:
        try:
            question = Question.model_validate(_data(parts))
        except ValidationError as error:
            faults = [_explain(parts, one.id, each["loc"], each["msg"]) for each in error.errors()]
        else:
            intake.questions.append(Joined(question, parts))
    intake.faults += faults


def _disagreements(arabic: Part, english: Part) -> Iterator[str]:
    for name, mine, other in (
        *((name, english.fields.get(name), arabic.fields.get(name)) for name in FIELDS),
        ("the answer", english.gift.truth, arabic.gift.truth),
        ("the number of choices", len(english.gift.choices), len(arabic.gift.choices)),
        ("the places of what is right", english.right, arabic.right),
    ):
        if mine != other:
            yield (
                f"{english.at()}: {english.id}: {name} is {mine} here but {other} at "
                f"{arabic.at()}. Say the same in both languages."
            )


def _missing_texts(part: Part) -> Iterator[str]:
    if not part.gift.feedback:
        yield f"{part.at()}: {part.id} explains nothing. Put ####, and why, before the last brace."
    if part.fields.get("kind") == QuestionKind.CASE and BEFORE_POST not in part.gift.text:
        yield (
            f"{part.at()}: {part.id} is a case without a post. "
            r"Put \n\n and the post after what is asked."
        )


def _data(parts: dict[Language, Part]) -> dict[str, Any]:
    one = parts[Language.ARABIC]
    kind = one.fields.get("kind", _kind(one))
    asked = {language: part.gift.text for language, part in parts.items()}
    post = None
    if kind == QuestionKind.CASE:
        post = {language: text.partition(BEFORE_POST)[2] for language, text in asked.items()}
        asked = {language: text.partition(BEFORE_POST)[0] for language, text in asked.items()}
    choices = [
        {language: part.gift.choices[n].text for language, part in parts.items()}
        | {"right": n in one.right}
        for n in range(len(one.gift.choices))
    ]
    return {
        **one.fields,
        "id": one.id,
        "kind": kind,
        "text": asked,
        "post": post,
        "answer": one.gift.truth,
        "choices": choices,
        "explanation": {language: part.gift.feedback for language, part in parts.items()},
    }


def _kind(part: Part) -> QuestionKind:
    if part.gift.truth is not None:
        return QuestionKind.TRUE_FALSE
    return QuestionKind.MULTIPLE if len(part.right) > 1 else QuestionKind.SINGLE


def _at(parts: dict[Language, Part], place: Place) -> str:
    english = place[-1:] == (Language.ENGLISH.value,)
    return parts[Language.ENGLISH if english else Language.ARABIC].at(place)


def _explain(parts: dict[Language, Part], own_id: str, place: Place, message: str) -> str:
    what = ".".join(map(str, place))
    said = message.removeprefix("Value error, ")
    return f"{_at(parts, place)}: {own_id}: {f'{what}: ' if what else ''}{said}."
