"""Rasa's own command line, which ends when the process that started it ends.

Usage: ``python -m rasa_components.serve run ...``, with a pipe from that process as standard input.
"""

import os
import threading

_STANDARD_INPUT = 0


def _end_with_parent() -> None:
    # The pipe closes when its other end dies, also by kill -9; nothing is ever written to it.
    os.read(_STANDARD_INPUT, 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Rasa takes seconds to import, in which the parent may die.
    from rasa.__main__ import main

    from rasa_components.actions import use_checked_actions
    from rasa_components.runner import use_ordered_runner

    use_checked_actions()
    use_ordered_runner()
    main()
