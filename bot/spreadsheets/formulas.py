"""Cells that a spreadsheet program would take for formulas.

See https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


def guard(cell: str) -> str:
    """Put an apostrophe before what begins like a formula, also before ``+971501234567``."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """Take back what ``guard`` did; every other cell stays as it is."""
    return cell[1:] if _GUARDED.match(cell) else cell
