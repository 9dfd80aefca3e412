"""Meta's approval of the project's templates."""

from __future__ import annotations

from bot.library.templates import Template
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.content import LANGUAGES


def approve(whatsapp: FakeWhatsApp, template: Template) -> None:
    for language in LANGUAGES:
        body, code = template.body.text(language), template.codes.text(language)
        labels = tuple(button.text(language) for button in template.buttons)
        whatsapp.template(template.name, body, code, category=template.category, buttons=labels)
