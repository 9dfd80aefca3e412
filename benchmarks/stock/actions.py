"""The custom actions of a stock project, served by the SDK's own server.

A question is answered by the library and the ruling function that Waai uses. A stock pipeline
knows no facets; a facet that follows from the text stands in for them. Nothing is stored.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from bot.conversation.answer_replies import AnswerReplies
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.domain.ruling import Role, Ruling, Verdict, rule
from bot.library.library import load_library
from bot.services.retention import Retention
from bot.settings import ROOT

_EMPLOYER = "uae-fed"
_SPEAKS = Language.ARABIC
_library = load_library(ROOT / "content")
_replies = Replies(_library, Retention(questions=timedelta(days=30)))
_answers = AnswerReplies(_library, _replies)
_facets = sorted(_library.facets)


def _answer(text: str) -> str:
    facet = _facets[zlib.crc32(text.encode()) % len(_facets)]
    provisions = _library.provisions(_EMPLOYER)
    ruling = rule(provisions, Role.EMPLOYEE, [facet], _library.policy_facets)
    return _answers.answer(ruling, _EMPLOYER, _SPEAKS).plain_text


def _out_of_scope(_text: str) -> str:
    return _answers.answer(Ruling(Verdict.OUT_OF_SCOPE), _EMPLOYER, _SPEAKS).plain_text


def _phrase(phrase: str) -> Callable[[str], str]:
    return lambda _text: _replies.phrase(phrase, _SPEAKS).plain_text


class _Say(Action):
    """Says what a function of the latest text gives; its subclasses name both."""

    title = "action_none"
    words: Callable[[str], str]

    def name(self) -> str:
        """The action's name in the domain."""
        return self.title

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,  # noqa: ARG002 - the SDK's signature
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        dispatcher.utter_message(text=type(self).words(tracker.latest_message["text"]))
        return []


_WORDS = {
    "action_answer": _answer,
    "action_out_of_scope": _out_of_scope,
    "action_greet": _phrase("greeting"),
    "action_thanks": _phrase("thanks"),
    "action_goodbye": _phrase("goodbye"),
    "action_help": _phrase("help"),
    "action_browse": _phrase("help_more"),
    "action_ask_person": _phrase("help_more"),
    "action_change_employer": _phrase("choose_employer"),
    "action_change_language": _phrase("language_set"),
    "action_about_bot": _phrase("about"),
    "action_check_post": _phrase("help_more"),
    "action_draft": _answer,
    "action_ask_disclaimer": _answer,
    "action_others_data": _phrase("others_data"),
}
# The SDK's server finds the classes by itself, and its worker by their names in this module.
globals().update(
    {
        name: type(
            name,
            (_Say,),
            {"title": name, "words": staticmethod(words), "__module__": __name__},
        )
        for name, words in _WORDS.items()
    }
)
