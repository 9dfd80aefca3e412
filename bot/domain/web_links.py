"""Links that people give us: cleaned, or refused."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit, urlunsplit

LONGEST_LINK = 500
"""Characters."""

_SPIES = ("utm_", "fbclid=", "gclid=", "igsh=", "igshid=", "mc_eid=")
"""What platforms add to a link to know who passed it on."""


def clean_link(text: str) -> str | None:
    """Give a link without marks of direction and without what tells who passed it on.

    Returns:
        None for anything but ``https`` with a host, without a password, without spaces, of at
        most ``LONGEST_LINK`` characters.
    """
    plain = "".join(letter for letter in text.strip() if unicodedata.category(letter) != "Cf")
    if any(letter.isspace() or unicodedata.category(letter) == "Cc" for letter in plain):
        return None
    try:
        parts = urlsplit(plain)
        has_host = "." in (parts.hostname or "") and parts.port is None
    except ValueError:
        return None
    if parts.scheme != "https" or not has_host or "@" in parts.netloc:
        return None
    query = "&".join(each for each in parts.query.split("&") if not each.startswith(_SPIES))
    link = urlunsplit(parts._replace(netloc=parts.netloc.lower(), query=query))
    return link if len(link) <= LONGEST_LINK else None
