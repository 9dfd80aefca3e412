"""The files that pages load."""

from __future__ import annotations

from importlib.resources import files as resources

_PALETTE = "palette.css"


def read_static(name: str) -> bytes:
    """Read a file that a page loads; a stylesheet comes with the colours that all pages share."""
    folder = resources("bot.channels.web") / "static"
    content = (folder / name).read_bytes()
    return (folder / _PALETTE).read_bytes() + content if name.endswith(".css") else content
