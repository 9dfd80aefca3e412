"""The certificate of a completed workshop: one page to print, to send and to verify."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from bot.documents.canvas import Canvas
from bot.documents.ornaments import draw_frame, draw_rosette
from bot.documents.palette import BRAND, INK, MUTED
from bot.documents.qr import draw_qr
from bot.documents.runs import runs_leftward
from bot.documents.sides import columns, part
from bot.documents.stacks import Divider, Line, draw_stack, draw_stacks
from bot.documents.styles import Box, Face, Style
from bot.documents.words import Say, gregorian_words, hijri_words
from bot.domain.meaning import Language
from bot.domain.serials import shown_serial

_PAGE = Box(0, 0, 297, 210)
_BODY = Box(32, 20, 233, 130)
_FACTS = Box(28, 153, 241, 30)
_FOOT = Box(32, 184.5, 233, 10)

_GOLD = "#8f6312"
_PALE = "#f3ecdc"

_NAME = Style(Face.AMIRI_BOLD, 38, INK, 1.65)
_NAME_TWICE = replace(_NAME, size=24, leading=1.45)
"""A name that would be smaller than this on one line takes two."""

_LABEL = Style(Face.PLEX_BOLD, 9, _GOLD)
_VALUE = Style(Face.PLEX_BOLD, 12.5, INK)
_SECOND_VALUE = Style(Face.PLEX, 10.5, MUTED)


@dataclass(frozen=True)
class CertificateDetails:
    """What a certificate certifies.

    Attributes:
        name: Whose it is, as the employer writes it.
        workshop: The workshop's title in each of ``languages``.
        employer: The employer's name in each of ``languages``.
        completed_on: The day.
        serial: As ``new_serial`` makes it.
        url: Where anybody verifies it.
        percent: The score in the final quiz; None where there was none.
        languages: What its labels are in; the first leads, a second stands below it.
    """

    name: str
    workshop: Mapping[Language, str]
    employer: Mapping[Language, str]
    completed_on: date
    serial: str
    url: str
    percent: int | None
    languages: Sequence[Language]


def certificate(details: CertificateDetails, say: Say) -> bytes:
    """Draw a certificate as a PDF of one page, A4 landscape.

    Args:
        details: What it certifies.
        say: Gives the phrases ``document_…``.
    """
    lead = details.languages[0]
    canvas = Canvas(
        _PAGE.w,
        _PAGE.h,
        title=say("document_certificate_file", lead, name=details.name),
        language=lead,
        made=datetime.combine(details.completed_on, time(), UTC),
    )
    canvas.add_page()
    draw_rosette(canvas, _PAGE.w / 2, 88, 60, _PALE)
    draw_frame(canvas, BRAND, _GOLD)
    draw_stack(canvas, _BODY, list(_body(canvas, details, say)))
    code, facts = part(_FACTS, _FACTS.h, 4, rtl=not canvas.rtl)
    draw_qr(canvas, details.url, code, INK)
    canvas.link(code, details.url)
    _draw_facts(canvas, facts, list(_facts(details, say)))
    foot = Style(Face.PLEX, 8, MUTED, 1.4)
    verify = [
        Line(say("document_verify", language, url=details.url), _in(foot, language))
        for language in details.languages
    ]
    draw_stack(canvas, _FOOT, verify)
    return canvas.pdf()


def _in(style: Style, language: Language) -> Style:
    return replace(style, rtl=language is Language.ARABIC)


def _body(canvas: Canvas, details: CertificateDetails, say: Say) -> Iterator[Line | Divider]:
    """Give the centred lines from the employer's name to the workshop's title."""
    titles = [(one, say("document_certificate_title", one)) for one in details.languages]
    to = [(one, say("document_certificate_to", one)) for one in details.languages]
    because = [(one, say("document_certificate_for", one)) for one in details.languages]
    employer = [(one, details.employer[one]) for one in details.languages]
    workshop = [(one, details.workshop[one]) for one in details.languages]
    alone = len(details.languages) == 1
    air = 4 if alone else 1
    grey = (Style(Face.PLEX, 13, MUTED), Style(Face.PLEX, 10, MUTED, 1.4))
    yield from _each(employer, (Style(Face.PLEX_BOLD, 15, BRAND), grey[1]))
    yield Divider(90, _GOLD, 5 + air)
    large = Style(Face.AMIRI_BOLD, 42 if alone else 37, BRAND, 1.5)
    yield from _each(titles, (large, Style(Face.AMIRI, 16, _GOLD, 1.3)), below=1 + air)
    yield from _each(to, grey, below=air)
    yield _name(canvas, details.name)
    yield Divider(150, _GOLD, 5 + air)
    yield from _each(because, grey, below=air)
    large = Style(Face.AMIRI_BOLD, 25, BRAND, 1.4)
    yield from _each(workshop, (large, Style(Face.PLEX, 12, INK, 1.4)), lines=2)


def _each(
    texts: Sequence[tuple[Language, str]],
    styles: Sequence[Style],
    *,
    lines: int = 1,
    below: float = 1,
) -> Iterator[Line]:
    """Give a text in the language that leads, and small in the second if there is one."""
    for place, (language, text) in enumerate(texts, 1):
        style = _in(styles[place - 1], language)
        yield Line(text, style, lines, below if place == len(texts) else 0)


def _name(canvas: Canvas, name: str) -> Line:
    style = replace(_NAME, rtl=runs_leftward(name))
    single = canvas.fit(name, _BODY, style, smallest=_NAME_TWICE.size)
    if len(canvas.lines(name, single, _BODY.w)) == 1:
        return Line(name, single)
    return Line(name, replace(_NAME_TWICE, rtl=style.rtl), lines=2)


@dataclass(frozen=True)
class _Fact:
    label: str
    values: Sequence[tuple[str, Style]]


def _facts(details: CertificateDetails, say: Say) -> Iterator[_Fact]:
    """Give what stands at the foot: the day, the score and the serial."""
    lead, *others = details.languages
    days = [(gregorian_words(details.completed_on, say, lead), _in(_VALUE, lead))]
    if hijri := hijri_words(details.completed_on, say, lead):
        days.append((hijri, _in(_SECOND_VALUE, lead)))
    days += [
        (gregorian_words(details.completed_on, say, other), _in(_SECOND_VALUE, other))
        for other in others
    ]
    yield _Fact(" · ".join([say("document_date", one) for one in details.languages]), days)
    if details.percent is not None:
        percent = say("document_percent", lead, percent=details.percent)
        labels = [say("document_score", one) for one in details.languages]
        yield _Fact(" · ".join(labels), [(percent, _VALUE)])
    serial = (shown_serial(details.serial), replace(_VALUE, rtl=False))
    yield _Fact(" · ".join([say("document_serial", one) for one in details.languages]), [serial])


def _draw_facts(canvas: Canvas, box: Box, facts: Sequence[_Fact]) -> None:
    gap = 6
    places = columns(box, len(facts), gap, rtl=canvas.rtl)
    for place in places[1:]:
        x = place.right + gap / 2 if canvas.rtl else place.x - gap / 2
        canvas.rule((x, place.y + 5), (x, place.bottom - 5), _GOLD, 0.25)
    stacks = [
        [Line(fact.label, _LABEL, below=1.5), *(Line(*value) for value in fact.values)]
        for fact in facts
    ]
    draw_stacks(canvas, places, stacks)
