"""The public page on which anybody verifies a certificate; no login, and only what it must say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from html import escape
from importlib.resources import files as resources
from string import Template

import structlog
from aiohttp import web

from bot.channels.web import sessions
from bot.channels.web.channel import DATABASE_ERRORS, DATABASE_TIMEOUT_S
from bot.channels.web.headers import HEADERS, UNKEPT, content_policy
from bot.channels.web.styles import read_static
from bot.domain.meaning import Language
from bot.domain.serials import read_serial, shown_serial
from bot.library.library import Library
from bot.services.certificates import CertificateService, Validity, Verified

_WINDOW_S = 60.0
_MOST = 30
"""Pages for one address in a window: who checks a pile of certificates is not held up."""

_MOST_OF_ALL = 3000
_EVERYBODY = "*"

# The address holds the serial: it must reach no other site, and no search engine keep it.
_HEADERS = HEADERS | UNKEPT | {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_STYLE = "verify.css"

_PHRASES = {
    Validity.VALID: ("verify_valid", "verify_valid_about"),
    Validity.REVOKED: ("verify_revoked", "verify_revoked_about"),
    Validity.UNKNOWN: ("verify_unknown", "verify_unknown_about"),
}

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


def add_verification(
    app: web.Application, certificates: CertificateService, library: Library
) -> None:
    """Register ``/verify/<serial>``."""
    site = _Site(certificates, library)
    app.router.add_get(f"/verify/static/{_STYLE}", site.style)
    app.router.add_get("/verify/{serial}", site.page)


class _Site:
    def __init__(self, certificates: CertificateService, library: Library) -> None:
        self._certificates = certificates
        self._library = library
        self._rate = sessions.MessageRate(_MOST, _WINDOW_S)
        self._rate_of_all = sessions.MessageRate(_MOST_OF_ALL, _WINDOW_S)
        folder = resources("bot.channels.web") / "static"
        self._page = Template((folder / "verify.html").read_text(encoding="utf-8"))
        self._style = read_static(_STYLE)

    async def style(self, _: web.Request) -> web.Response:
        headers = HEADERS | {"Cache-Control": "max-age=3600"}
        return web.Response(
            body=self._style, content_type="text/css", charset="utf-8", headers=headers
        )

    async def page(self, request: web.Request) -> web.Response:
        language = _language(request)
        if not self._has_room(_asker(request)):
            busy = self._say("verify_busy", language)
            return self._response(request, language, 429, ("busy", busy, ""), [])
        typed = request.match_info["serial"]
        try:
            async with asyncio.timeout(DATABASE_TIMEOUT_S):
                verified = await self._certificates.verify(typed)
        except DATABASE_ERRORS as error:
            _log.warning("web_verification_unavailable", error=type(error).__name__)
            raise web.HTTPServiceUnavailable(headers=_HEADERS) from None
        state, about = (self._say(phrase, language) for phrase in _PHRASES[verified.validity])
        told = (verified.validity.value, state, about)
        status = 404 if verified.validity is Validity.UNKNOWN else 200
        facts = list(self._facts(verified, typed, language))
        return self._response(request, language, status, told, facts)

    def _has_room(self, asker: str) -> bool:
        """Count a page; who is over their own limit takes nothing from the others."""
        # Whoever comes beyond the limit for all is not noted: made-up addresses fill no memory.
        if not (self._rate.has_room(asker) and self._rate_of_all.take(_EVERYBODY)):
            return False
        return self._rate.take(asker)

    def _facts(
        self, verified: Verified, typed: str, language: Language
    ) -> Iterator[tuple[str, str]]:
        """Give names, and values as HTML."""
        serial = read_serial(typed)
        if serial is not None:
            # Letters and digits in groups, which a right-to-left line would put in reverse.
            shown = f'<bdi dir="ltr">{shown_serial(serial)}</bdi>'
            yield self._say("verify_serial", language), shown
        if verified.completed_at is None:
            return
        workshop = self._library.workshops.get(verified.workshop)
        rulebook = self._library.rulebooks.get(verified.employer)
        moment = verified.completed_at
        day = rulebook.local_date(moment) if rulebook else moment.date()
        title = workshop.title.text(language) if workshop else verified.workshop
        yield self._say("verify_initials", language), escape(verified.initials)
        yield self._say("verify_workshop", language), escape(title)
        yield self._say("verify_date", language), f"{day.day}/{day.month}/{day.year}"

    def _response(
        self,
        request: web.Request,
        language: Language,
        status: int,
        told: tuple[str, str, str],
        facts: list[tuple[str, str]],
    ) -> web.Response:
        kind, state, about = map(escape, told)
        rows = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in facts)
        text = self._page.substitute(
            lang=language.value,
            dir="rtl" if language is Language.ARABIC else "ltr",
            title=escape(self._say("verify_title", language)),
            kind=kind,
            state=state,
            about=about,
            facts=rows,
        )
        headers = _HEADERS | {"Content-Security-Policy": content_policy(request.host)}
        if status == web.HTTPTooManyRequests.status_code:
            headers |= {"Retry-After": str(int(_WINDOW_S))}
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)

    def _say(self, phrase: str, language: Language) -> str:
        return self._library.phrases.say(phrase, language)


def _language(request: web.Request) -> Language:
    wanted = sessions.first_language(request.headers.get("Accept-Language", ""))
    return Language.ENGLISH if wanted.startswith("en") else Language.ARABIC


def _asker(request: web.Request) -> str:
    """Name who asks: the address, and behind a proxy the one that the proxy saw.

    A forged header gets past this, but not past the limit for all together.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return f"{request.remote} {forwarded[:64]}"
