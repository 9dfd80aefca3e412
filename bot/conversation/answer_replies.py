"""Saying rulings, and asking whether they were of use; pure."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import buttons, duty_buttons, workshop_buttons
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.domain.ruling import Ruling, Verdict
from bot.library.library import Library

_SENTENCED = 2
"""How many of the cited articles are said in full; the third is cited only."""

_OFFERS: dict[str, tuple[str, buttons.ButtonValue]] = {
    "visual_guide": ("button_guide", duty_buttons.ShowGuide()),
    "survey": ("button_survey_show", duty_buttons.ShowSurvey()),
    "signing": ("button_pledge", duty_buttons.ShowPledge()),
    "training": ("button_workshop", workshop_buttons.ShowWorkshop()),
}
"""By the facet that is asked about: the thing itself, where Waai has it."""


class AnswerReplies:
    """Says answers in the words of ``content/``.

    Args:
        library: All content.
        replies: Says what is not about answers alone.
    """

    def __init__(self, library: Library, replies: Replies) -> None:
        self._library = library
        self._replies = replies

    def answer(  # noqa: PLR0913 - keyword-only where it could be mixed up
        self,
        ruling: Ruling,
        employer: str,
        language: Language,
        answer_id: str = "",
        *,
        inform: bool = False,
        about: frozenset[str] = frozenset(),
    ) -> Message:
        """Say a ruling: verdict, sentences, citation, buttons.

        Args:
            ruling: What holds.
            employer: Whose rules were applied.
            language: In which language to say it.
            answer_id: For the buttons; empty for none.
            inform: Add that an answer informs and does not approve.
            about: The facets of what was asked; what Waai can give on them is offered.
        """
        blocks = [Block(BlockKind.VERDICT, self._say(f"verdict_{ruling.verdict}", language))]
        blocks += self._sentences(ruling, employer, language)
        if inform:
            blocks.append(Block(BlockKind.NOTE, self._say("informs", language)))
        presses = self._answer_buttons(ruling, language, answer_id, about) if answer_id else ()
        return Message(tuple(blocks), presses, language)

    def added(self, message: Message, number: int) -> Message:
        """Say below an answer which request its question was added to."""
        note = Block(BlockKind.NOTE, self._say("question_added", message.language, number=number))
        return replace(message, blocks=(*message.blocks, note))

    def rating(self, message: Message, answer_id: str) -> Message:
        """Show an answer again with the two ratings to choose from."""
        choices = (("button_useful", "1"), ("button_not_useful", "0"))
        presses = tuple(
            self._replies.button(phrase, message.language, buttons.RateAnswer(answer_id, useful))
            for phrase, useful in choices
        )
        return Message(message.blocks, presses, message.language)

    def _sentences(self, ruling: Ruling, employer: str, language: Language) -> list[Block]:
        if ruling.verdict is Verdict.OUT_OF_SCOPE:
            return [Block(BlockKind.BODY, self._say("out_of_scope", language))]
        if ruling.verdict is Verdict.CLARIFY:
            phrase = "clarify" if ruling.readings else "clarify_open"
            return [Block(BlockKind.BODY, self._say(phrase, language))]
        if ruling.verdict is Verdict.NO_RULE:
            return self._no_rule(ruling, employer, language)
        cited = [self._library.locate(article) for article in ruling.articles]
        blocks = [
            Block(BlockKind.BODY, located.article.rule.text(language))
            for located in cited[:_SENTENCED]
        ]
        if len(cited) == 1 and cited[0].article.advice:
            blocks.append(Block(BlockKind.BODY, cited[0].article.advice.text(language)))
        return blocks + self._replies.cite(cited, language)

    def _no_rule(self, ruling: Ruling, employer: str, language: Language) -> list[Block]:
        blocks = [Block(BlockKind.BODY, self._say("no_rule", language))]
        if ruling.nearest:
            article = self._library.locate(ruling.nearest).article
            title, item = article.title.text(language), article.item.text(language)
            nearest = self._say("nearest", language, title=title, item=item)
            blocks.append(Block(BlockKind.BODY, nearest))
        contact = self._replies.contact(employer, language)
        blocks.append(Block(BlockKind.NOTE, self._say("no_rule_offer", language, contact=contact)))
        return blocks

    def _answer_buttons(
        self, ruling: Ruling, language: Language, answer_id: str, about: frozenset[str]
    ) -> tuple[Button, ...]:
        person = self._replies.button("button_person", language, buttons.AskPerson(answer_id))
        show_help = self._replies.button("button_help", language, buttons.ShowHelp())
        if ruling.verdict is Verdict.CLARIFY:
            return tuple(
                Button(
                    self._reading(reading, ruling.readings, language),
                    buttons.encode(buttons.ChooseReading(answer_id, str(place))),
                )
                for place, reading in enumerate(ruling.readings)
            ) or (show_help, person)
        if ruling.verdict is Verdict.OUT_OF_SCOPE:
            return (show_help, person)
        rate = self._replies.button("button_rate", language, buttons.RateAnswer(answer_id, ""))
        offers = [_OFFERS[facet] for facet in sorted(about & _OFFERS.keys())]
        if offers:
            phrase, value = offers[0]
            return (rate, self._replies.button(phrase, language, value), person)
        if not (ruling.articles or ruling.nearest):
            return (rate, person)
        more = self._replies.button("button_more", language, buttons.ShowMore(answer_id))
        return (rate, more, person)

    def _reading(
        self, reading: frozenset[str], among: tuple[frozenset[str], ...], language: Language
    ) -> str:
        """Name a reading by the facets that no other one has; by all where each has a twin."""
        others = frozenset[str]().union(*(other for other in among if other != reading))
        telling = sorted(reading - others) or sorted(reading)
        return self._say("both", language).join(
            self._library.facets[facet].text(language) for facet in telling[:2]
        )

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)
