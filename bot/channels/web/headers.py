"""Headers of all that the site gives out."""

from __future__ import annotations

import re

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

UNKEPT = {"Cache-Control": "no-store"}

_HOST = re.compile(r"[A-Za-z0-9.\-:\[\]]+")


def content_policy(host: str) -> str:
    """Give the content security policy of a page that is asked for at a host."""
    # Older browsers do not count a WebSocket to the page's own host as 'self':
    # https://github.com/w3c/webappsec-csp/issues/7
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"connect-src 'self'{sockets}",
            "img-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
