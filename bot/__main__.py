"""``python -m bot``: the command line, which Ctrl-C ends quietly from its first moment on."""

import sys
from collections.abc import Sequence

_INTERRUPTED = 130


def main(command_line: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        command_line: The command and its arguments; None: those of this process.

    Returns:
        The exit code: 0, 1 for an error that was explained, 130 when interrupted.
    """
    try:
        # Here, not above: the imports take a second, in which Ctrl-C may come.
        from bot.commands import run_command  # noqa: PLC0415

        return run_command(command_line)
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
