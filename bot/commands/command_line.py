"""The command line: which commands there are, and how one is run."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from bot import log
from bot.acting import serve_actions
from bot.chatting import chat
from bot.commands.adding import Commands
from bot.commands.asking import add_asking
from bot.commands.certificates import add_certificates
from bot.commands.circulars import add_circulars
from bot.commands.completion import add_completion
from bot.commands.delegation import add_delegation
from bot.commands.guide import add_guide
from bot.commands.handovers import add_handovers
from bot.commands.journal import add_journal
from bot.commands.observations import add_observations
from bot.commands.people import add_people
from bot.commands.pledge import add_pledge
from bot.commands.quiz import add_quiz
from bot.commands.roster import add_roster
from bot.commands.sessions import add_sessions
from bot.commands.survey import add_survey
from bot.commands.upkeep import add_upkeep
from bot.errors import WaaiError
from bot.running import run
from bot.settings import load_settings


def run_command(command_line: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        command_line: The command and its arguments; None: those of this process.

    Returns:
        The exit code: 0, or 1 for an error that was explained.
    """
    arguments = _parser().parse_args(command_line)
    # What has begun, a training or a model server, is ended in order, as by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    log.configure(level="INFO" if arguments.command_name == "run" else "WARNING")
    try:
        arguments.command(arguments)
    except WaaiError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="واعي (Waai)")
    commands = Commands(parser)
    _add_serving(commands)
    add_asking(commands)
    add_roster(commands)
    add_delegation(commands)
    add_people(commands)
    add_quiz(commands)
    add_sessions(commands)
    add_guide(commands)
    add_survey(commands)
    add_pledge(commands)
    add_observations(commands)
    add_completion(commands)
    add_circulars(commands)
    add_certificates(commands)
    add_journal(commands)
    add_handovers(commands)
    add_upkeep(commands)
    return parser


def _add_serving(commands: Commands) -> None:
    commands.add(
        "run", lambda _: run(load_settings()), "serve the web chat, and Telegram if it is set up"
    )
    conversation = commands.add(
        "chat", lambda a: chat(load_settings(), a.employer), "talk to Waai in the terminal"
    )
    conversation.add_argument("--employer", help="skip the choice of employer")
    actions = commands.add(
        "actions",
        lambda a: serve_actions(load_settings(), a.employer, a.port),
        "serve the custom actions to Rasa's own command line, `rasa shell`",
    )
    actions.add_argument("--employer", default="uae-fed", help="whose rules bind who is unknown")
    actions.add_argument("--port", type=int, default=5055, help="as endpoints.yml has it")
