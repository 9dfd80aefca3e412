"""Commands that answer: ``ask``, ``check-post``, ``evaluate``."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NoReturn, TextIO

from tqdm import tqdm

from bot.asking import (
    Answer,
    Asker,
    InputError,
    PostAnswer,
    Question,
    asking,
    in_order,
    read_question,
)
from bot.commands.adding import Commands
from bot.domain.ruling import Role
from bot.evaluation import Case, CaseKind, Figures, read_case
from bot.library.library import Library, load_library
from bot.model.training import train
from bot.settings import Settings, load_settings

Told = Answer | PostAnswer
Act = Callable[[Asker, Question], Awaitable[Told]]


def add_asking(commands: Commands) -> None:
    """Add these commands."""
    for name, what, summary in (
        ("ask", "question", "answer one question, or a file of them"),
        ("check-post", "post", "check one post before it is published, or a file of them"),
    ):
        ask = commands.add(name, _ask, summary)
        ask.add_argument("text", nargs="?", help=f"the {what}")
        ask.add_argument("--employer", help="whose rules, e.g. iraq-judiciary")
        roles = [role.value for role in Role]
        ask.add_argument("--role", choices=roles, default=Role.EMPLOYEE.value)
        ask.add_argument("--json", action="store_true", help="answer as one line of JSON")
        ask.add_argument("--batch", type=Path, metavar="FILE.jsonl", help=f"a {what} a line")
        ask.set_defaults(what=what)
    evaluation = commands.add("evaluate", _evaluate, "judge answers by a file of cases")
    evaluation.add_argument("file", type=Path, metavar="FILE.jsonl")
    evaluation.add_argument("--json", action="store_true", help="all figures as JSON")


def _ask(arguments: argparse.Namespace) -> None:
    """Answer questions, or check posts: ``arguments.what`` says which."""
    settings = load_settings()
    library = load_library(settings.content)
    act = _check if arguments.what == "post" else _answer
    if arguments.batch:
        if arguments.text or arguments.employer:
            raise InputError("--batch stands alone: its lines name the employer and the text")
        questions = [read_question(line, place, library) for place, line in _lines(arguments.batch)]
        asyncio.run(_ask_batch(_asking(library, settings), act, questions))
        return
    if not arguments.text or not arguments.employer:
        command, what = arguments.command_name, arguments.what
        raise InputError(f'give --employer and a {what}: {command} --employer muscat "..."')
    value = {"employer": arguments.employer, "role": arguments.role, "text": arguments.text}
    question = read_question(json.dumps(value), arguments.what, library)
    answer = asyncio.run(_ask_one(_asking(library, settings), act, question))
    print(_as_line(answer) if arguments.json else answer.text)


async def _answer(asker: Asker, question: Question) -> Told:
    return await asker.ask(question)


async def _check(asker: Asker, post: Question) -> Told:
    return await asker.check(post)


def _asking(library: Library, settings: Settings) -> AbstractAsyncContextManager[Asker]:
    """Give an asker with a server of its own; trains here, where Ctrl-C can end the wait."""
    model, _ = train()
    return asking(library, model, settings.var)


async def _ask_one(asker: AbstractAsyncContextManager[Asker], act: Act, question: Question) -> Told:
    async with asker as ready:
        return await act(ready, question)


async def _ask_batch(
    asker: AbstractAsyncContextManager[Asker], act: Act, questions: Sequence[Question]
) -> None:
    async with asker as ready:
        with _bar(len(questions), "answering") as bar:
            async for answer in in_order(lambda question: act(ready, question), questions):
                print(_as_line(answer), flush=True)
                bar.update()


def _evaluate(arguments: argparse.Namespace) -> None:
    settings = load_settings()
    library = load_library(settings.content)
    cases = [read_case(line, place, library) for place, line in _lines(arguments.file)]
    figures = Figures.empty(library)
    asyncio.run(_judge(_asking(library, settings), cases, figures))
    if arguments.json:
        print(json.dumps(figures.to_json(), ensure_ascii=False, indent=1))
    else:
        print(figures.to_text())


async def _judge(
    asker: AbstractAsyncContextManager[Asker], cases: Sequence[Case], figures: Figures
) -> None:
    async def answer(case: Case) -> tuple[Case, Told]:
        act = _check if case.kind is CaseKind.POST else _answer
        return case, await act(ready, case.question)

    async with asker as ready:
        with _bar(len(cases), "judging") as bar:
            async for case, told in in_order(answer, cases):
                figures.count(case, told)
                bar.update()


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Give each filled line of a file with its place for errors."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
    # Not splitlines(): JSON may hold U+2028 and other line ends as they are.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", line


def _as_line(answer: Told) -> str:
    return json.dumps(answer.to_json(), ensure_ascii=False)


def _bar(total: int, what: str, file: TextIO = sys.stderr) -> tqdm[NoReturn]:
    """A progress bar that shows itself after two seconds, on standard error."""
    return tqdm(total=total, desc=what, file=file, delay=2)
