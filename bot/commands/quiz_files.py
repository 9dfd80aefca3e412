"""``quiz export`` and ``import``: the banks, to and from files of other systems."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.commands.adding import Commands
from bot.domain.meaning import Language
from bot.gift.models import GiftError
from bot.gift.reading import read_gift, read_gift_file
from bot.library.library import Library, load_library
from bot.library.quiz_writing import write_bank
from bot.library.quizzes import Bank, bank_problems
from bot.services.quiz_gift import bank_gift
from bot.services.quiz_gift_reading import Intake, take_in
from bot.services.quiz_plan import BankPlan, plan_bank
from bot.settings import load_settings


def add_quiz_files(quiz: Commands) -> None:
    """Add these commands."""
    exporting = quiz.add("export", _export, "write a bank to GIFT files, one a language")
    exporting.add_argument("rulebook", metavar="RULEBOOK", help="whose bank, e.g. muscat")
    exporting.add_argument(
        "--to", type=Path, required=True, metavar="DIR", help="the folder; made if it is missing"
    )
    importing = quiz.add(
        "import", _import, "say what GIFT files would change in a bank; --write changes it"
    )
    importing.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="GIFT, both languages of each question"
    )
    importing.add_argument("--rulebook", required=True, help="whose bank, e.g. muscat")
    importing.add_argument("--write", action="store_true", help="write the changes")
    importing.add_argument(
        "--remove",
        action="store_true",
        help="remove questions that are not in the files, which must hold no kinds but ours",
    )


def _export(arguments: argparse.Namespace) -> None:
    library = load_library(load_settings().content)
    bank = library.quizzes.get(arguments.rulebook)
    if bank is None:
        there = ", ".join(sorted(library.quizzes)) or "none"
        raise GiftError(f"{arguments.rulebook} has no bank of questions. There are: {there}.")
    folder: Path = arguments.to
    texts = {
        folder / f"{bank.rulebook}.{each.value}.gift": bank_gift(bank, each) for each in Language
    }
    _check_lossless(bank, texts)
    for path, text in texts.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            raise GiftError(f"{path}: cannot be written ({error.strerror or error}).") from error
        print(f"{path}: {len(bank.questions)} questions")


def _check_lossless(bank: Bank, texts: dict[Path, str]) -> None:
    """Make sure that what is to be written reads back as what it is.

    Raises:
        GiftError: A question has what GIFT cannot hold, such as blanks around a text.
    """
    intake = take_in((path, read_gift(text)) for path, text in texts.items())
    back = {each.question.id: each.question for each in intake.questions}
    lost = [each.id for each in bank.questions if back.get(each.id) != each]
    if lost:
        raise GiftError(
            f"{', '.join(lost)} would not come back from GIFT as they are. Take blanks away from "
            "the ends of their texts, and empty lines out of what a case asks. Nothing was written."
        )


def _import(arguments: argparse.Namespace) -> None:
    settings = load_settings()
    library = load_library(settings.content)
    rulebook: str = arguments.rulebook
    if rulebook not in library.rulebooks:
        there = ", ".join(sorted(library.rulebooks))
        raise GiftError(f"there is no rulebook {rulebook!r}. There are: {there}.")
    intake = take_in((path, read_gift_file(path)) for path in arguments.files)
    for each in intake.not_kept:
        print(f"not kept   {each}")
    if arguments.remove:
        intake.faults += intake.left_out
    else:
        for each in intake.left_out:
            print(f"left out   {each}")
    plan = plan_bank(
        library.quizzes.get(rulebook),
        [each.question for each in intake.questions],
        remove=arguments.remove,
    )
    path = settings.content / "quizzes" / f"{rulebook}.yml"
    bank = _checked(plan, intake, library, path)
    print(_report(plan, remove=arguments.remove))
    if not arguments.write:
        print("Nothing was written. With --write it is.")
    else:
        path.parent.mkdir(exist_ok=True)
        write_bank(path, bank)
        print(f"{path}: {len(bank.questions)} questions")


def _checked(plan: BankPlan, intake: Intake, library: Library, path: Path) -> Bank:
    """Give the bank as it would be.

    Raises:
        GiftError: With all that is wrong, each with file and line.
    """
    joined = {each.question.id: each for each in intake.questions}
    faults = [*intake.faults, *(f"{joined[own].at()}: {own}: {what}" for own, what in plan.faults)]
    if faults:
        raise _refusal(faults)
    if not joined:
        raise GiftError("no question that a bank could hold is in these files.")
    bank = plan.bank(path.stem, library.quizzes.get(path.stem))
    for place, problem in bank_problems(path.stem, bank, library.rulebooks):
        match place:
            case ("questions", int(n), *_) if bank.questions[n].id in joined:
                own = bank.questions[n].id
                faults.append(f"{joined[own].at()}: {own}: {place[-1]}: {problem}")
            case _:
                faults.append(f"{path}: {problem}")
    if faults:
        raise _refusal(faults)
    return bank


def _refusal(faults: list[str]) -> GiftError:
    return GiftError("\n".join([*faults, f"{len(faults)} to mend. Nothing was written."]))


def _report(plan: BankPlan, *, remove: bool) -> str:
    what_becomes = "removed" if remove else "absent"
    lines = [
        f"added      {_count(plan.added)}",
        f"changed    {len(plan.changed)}",
        *(f"           {own}: {', '.join(names)}" for own, names in plan.changed.items()),
        f"unchanged  {plan.unchanged}",
        f"{what_becomes:<11}{_count(plan.absent)}",
    ]
    if plan.absent and not remove:
        lines.append("           They stay. With --remove they are removed.")
    lines += [
        f"{own}: what is right has changed, so the version is raised to {version}."
        for own, version in plan.raised.items()
    ]
    if plan.reworded:
        lines.append(
            f"Other words under the same version: {', '.join(plan.reworded)}. "
            "If they are more than spelling, raise the tag version."
        )
    return "\n".join(lines)


def _count(ids: list[str]) -> str:
    return f"{len(ids)}: {', '.join(ids)}" if ids else "0"
