"""The shape of ``content/templates.yml``."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from bot.library.models import Bilingual, Entry, Identifier

_TemplateText = Annotated[str, Field(min_length=1, max_length=1024)]
_ButtonText = Annotated[str, Field(min_length=1, max_length=25)]
_TemplateCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]
_PLACE = re.compile(r"\{\{(.*?)\}\}")


class TemplateBody(Bilingual):
    """What a template says: at most 1,024 characters, places for values as ``{{1}}``."""

    ar: _TemplateText
    en: _TemplateText


class TemplateCodes(Bilingual):
    """WhatsApp's codes of the languages that a template was approved in."""

    ar: _TemplateCode = "ar"
    en: _TemplateCode = "en"


class TemplateButton(Bilingual):
    """What a button that answers a template shows: at most 25 characters."""

    ar: _ButtonText
    en: _ButtonText


class Template(Entry):
    """A message that WhatsApp approves beforehand, as it stands in WhatsApp Manager.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview

    Attributes:
        name: Its name there.
        codes: Its languages there.
        buttons: Those that answer it; each message says what they send back.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,512}$")]
    category: Literal["utility", "marketing"]
    codes: TemplateCodes = TemplateCodes()
    body: TemplateBody
    buttons: Annotated[tuple[TemplateButton, ...], Field(max_length=10)] = ()

    @property
    def places(self) -> int:
        """How many values it takes."""
        return len(set(_PLACE.findall(self.body.ar)))

    @field_validator("body")
    @classmethod
    def _places_are_counted(cls, body: TemplateBody) -> TemplateBody:
        for text in (body.ar, body.en):
            places = _PLACE.findall(text)
            if places != [str(number) for number in range(1, len(places) + 1)]:
                raise ValueError("its places are {{1}}, {{2}} and so on, in that order")
            if text.startswith("{{") or text.endswith("}}"):
                raise ValueError("WhatsApp refuses a text that begins or ends with a place")
        if len(_PLACE.findall(body.ar)) != len(_PLACE.findall(body.en)):
            raise ValueError("it needs as many places in both languages")
        return body


class TemplateFile(Entry):
    """``content/templates.yml``."""

    templates: dict[Identifier, Template] = Field(min_length=1)
