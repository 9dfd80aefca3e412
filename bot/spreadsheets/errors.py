"""What can be wrong with a file that should hold a table."""

from bot.errors import WaaiError


class SpreadsheetError(WaaiError):
    """The file cannot be read as a table; the message says what to do."""
