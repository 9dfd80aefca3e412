"""What imported questions would change in a bank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.library.models import Bilingual
from bot.library.quizzes import Bank, Question

_FIRST_VERSION = "1"
_WORDS = ("text", "post", "choices")
"""What an answer is given to; a change here can be more than spelling."""


@dataclass
class BankPlan:
    """What would change.

    Attributes:
        questions: The bank's questions afterwards: those that it has in their order, then new ones.
        added: Ids.
        changed: Which fields of which question.
        unchanged: How many stay as they are.
        absent: Those of the bank that were not imported.
        raised: The new version of those in which it has changed what is right.
        reworded: Those with other words under the same version.
        faults: What is wrong with which question.
    """

    questions: list[Question] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    unchanged: int = 0
    absent: list[str] = field(default_factory=list)
    raised: dict[str, int] = field(default_factory=dict)
    reworded: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def bank(self, rulebook: str, current: Bank | None) -> Bank:
        """Give the bank as it would be."""
        version = current.version if current else _FIRST_VERSION
        return Bank(rulebook=rulebook, version=version, questions=tuple(self.questions))


def plan_bank(current: Bank | None, imported: Sequence[Question], *, remove: bool) -> BankPlan:
    """Compare imported questions with a bank.

    Where it has changed what is right but not the version, the version is raised by one: answers
    to the question as it was are no answers to it as it is.

    Args:
        current: The bank that is there; None if there is none.
        imported: Each with its own id.
        remove: Leave out what was not imported; otherwise it stays.
    """
    plan = BankPlan()
    left = {each.id: each for each in imported}
    for before in current.questions if current else ():
        now = left.pop(before.id, None)
        if now is not None:
            plan.questions.append(_compare(before, now, plan))
        else:
            plan.absent.append(before.id)
            plan.questions += [] if remove else [before]
    plan.added += left
    plan.questions += left.values()
    return plan


def _compare(before: Question, now: Question, plan: BankPlan) -> Question:
    """Note what has changed, and give the question as it is to be."""
    if now == before:
        plan.unchanged += 1
        return now
    plan.faults += [(now.id, problem) for problem in _problems(before, now)]
    changed = [
        name for name in Question.model_fields if getattr(now, name) != getattr(before, name)
    ]
    if now.version == before.version and _is_answered_otherwise(before, now):
        now = now.model_copy(update={"version": before.version + 1})
        plan.raised[now.id] = now.version
    elif now.version == before.version and not set(_WORDS).isdisjoint(changed):
        plan.reworded.append(now.id)
    plan.changed[now.id] = changed
    return now


def _problems(before: Question, now: Question) -> Iterator[str]:
    if now.version < before.version:
        yield (
            f"version {now.version} is older than the bank's {before.version}. "
            "Export the bank again and make the change there, or raise the version above that."
        )
    for n, (arabic, english) in enumerate(_places(before, now), 1):
        if None not in (arabic, english) and arabic != english:
            yield (
                f"choice {n} is another one in Arabic than in English, going by the bank. "
                "Put the choices into the same order in both languages."
            )


def _is_answered_otherwise(before: Question, now: Question) -> bool:
    if (before.kind, before.size, before.right) != (now.kind, now.size, now.right):
        return True
    return any(
        place not in (n, None) for n, places in enumerate(_places(before, now)) for place in places
    )


def _places(before: Question, now: Question) -> list[tuple[int | None, int | None]]:
    """Give for each choice the place that it had, by its Arabic and by its English text."""
    was = before.choices

    def place(language: str, choice: Bilingual) -> int | None:
        texts = [getattr(each, language) for each in was]
        text = getattr(choice, language)
        return texts.index(text) if text in texts else None

    return [(place("ar", choice), place("en", choice)) for choice in now.choices]
