"""The commands of ``python -m bot COMMAND``, a subject a module; ``--help`` lists them."""

from bot.commands.command_line import run_command

__all__ = ["run_command"]
