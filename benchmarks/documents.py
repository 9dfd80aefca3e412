"""How long a document takes to draw: ``python -m benchmarks.documents --help``.

The first of a kind reads the typefaces, so it is told apart; the rest are quantiles. All run in
this process, one after the other. Says figures and judges none.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from itertools import cycle, islice

import psutil

from benchmarks.latency import figures_of
from bot.documents.certificate import certificate
from bot.documents.guide import guide_pdf, guide_pictures
from bot.documents.lesson_picture import LessonPicture, lesson_png
from bot.documents.pictures import png
from bot.documents.pledge import pledge
from bot.domain.icons import Icon
from bot.domain.meaning import Language
from bot.services.guides import guide_of, lesson_labels
from tests.support.content import LANGUAGES, real_library
from tests.support.papers import NAMES, PLEDGE, certificate_of, say

_MB = 2**20


def _kinds() -> dict[str, Callable[[str], object]]:
    """Give what is drawn, by its name; each takes a person's name."""
    library = real_library()
    guide = guide_of(library, "uae-fed", Language.ARABIC)
    lesson = LessonPicture(
        language=Language.ARABIC,
        icon=Icon.CAMERA,
        workshop=guide.title,
        labels=lesson_labels(library.phrases, 2, 8, Language.ARABIC),
        headline="صورة العمل ليست ملكك",
        do="اطلب موافقة مكتوبة قبل أن تصوّر",
        avoid="لا تنشر وجوه المراجعين ولو بعد حجبها",
    )
    return {
        "certificate": lambda name: certificate(certificate_of(name=name), say),
        "certificate, both languages": lambda name: certificate(
            certificate_of(name=name, languages=LANGUAGES), say
        ),
        "certificate as a picture": lambda name: png(certificate(certificate_of(name=name), say)),
        "acknowledgement": lambda _: pledge(PLEDGE, say),
        "guide to print": lambda _: guide_pdf(guide),
        "guide as pictures": lambda _: guide_pictures(guide),
        "picture of a lesson": lambda _: lesson_png(lesson),
    }


def _timed(draw: Callable[[str], object], name: str) -> tuple[float, float]:
    """Give the seconds that passed, and those in which the processor worked for it."""
    began, worked = time.perf_counter(), time.process_time()
    draw(name)
    return time.perf_counter() - began, time.process_time() - worked


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.documents")
    parser.add_argument("--count", type=int, default=50, help="documents of each kind")
    options = parser.parse_args()
    result: dict[str, dict[str, float]] = {}
    for kind, draw in _kinds().items():
        first, *rest = (_timed(draw, name) for name in islice(cycle(NAMES), options.count + 1))
        result[kind] = {
            "first_ms": round(first[0] * 1000, 1),
            **figures_of([passed for passed, _ in rest]),
            "cpu_p50_ms": round(statistics.median(worked for _, worked in rest) * 1000, 1),
        }
        print(kind, result[kind])
    memory = round(psutil.Process().memory_info().rss / _MB)
    print(json.dumps(result | {"rss_mb": memory, "load_average": os.getloadavg()}))


if __name__ == "__main__":
    main()
