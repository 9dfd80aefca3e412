"""Saying what was found for a draft, and the texts of disclaimers; pure."""

from __future__ import annotations

import re

from bot.conversation import buttons
from bot.conversation.messages import Block, BlockKind, Button, Message, quoted
from bot.conversation.replies import Replies
from bot.domain.drafting import PostVerdict
from bot.domain.meaning import Language
from bot.library.disclaimers import Platform
from bot.library.library import Library
from bot.services.drafts import CheckedPost, Marked

MAX_CHANGES = 3
"""A reply that asks for more changes than these is no longer read."""

_LINK = re.compile(r"https?://|www\.|\b(?:t\.me|youtu\.be|bit\.ly|wa\.me)/", re.IGNORECASE)
_DOT = " · "


class DraftReplies:
    """Says things about drafts in the words of ``content/``.

    Args:
        library: All content.
        replies: Says what is not about drafts alone.
    """

    def __init__(self, library: Library, replies: Replies) -> None:
        self._library = library
        self._replies = replies

    def prompt(self, language: Language) -> Message:
        """Ask for the post."""
        return self._replies.phrase("draft_prompt", language)

    def choose_employer(self, language: Language) -> Message:
        """Ask for the employer first; the post is to be pasted afterwards."""
        return self._replies.choose_employer(language, "choose_employer_draft")

    def outage(self, language: Language) -> Message:
        """Say that no check is to be had now, and that nothing was kept."""
        return self._replies.phrase("draft_outage", language)

    def checked(
        self, checked: CheckedPost, text: str, *, taken: bool = False, media: bool = False
    ) -> Message:
        """Say what was found: verdict, articles with their words, changes, citation, privacy.

        Args:
            checked: What was found.
            text: The post, whose words are quoted; it goes nowhere else.
            taken: The person did not ask for a check: say what the text was taken for.
            media: A picture or clip came with it, which is not looked at.
        """
        language = checked.language
        blocks = [self._block(BlockKind.NOTE, "draft_taken", language)] if taken else []
        verdict = checked.ruling.verdict
        blocks.append(self._block(BlockKind.VERDICT, f"post_{verdict}", language))
        if verdict is PostVerdict.CLEAR:
            blocks.append(self._block(BlockKind.BODY, "draft_clear", language))
        else:
            blocks += [self._touched(marked, text, language) for marked in checked.marked]
            blocks.append(self._changes(checked))
            cited = [self._library.locate(marked.article) for marked in checked.marked]
            blocks += self._replies.cite(cited, language)
        notes = ["draft_media"] if media else []
        notes += ["draft_links"] if _LINK.search(text) else []
        blocks += [
            self._block(BlockKind.NOTE, note, language) for note in (*notes, "draft_private")
        ]
        return Message(tuple(blocks), self._buttons(checked), language)

    def disclaimers(
        self, articles: tuple[str, ...], platforms: tuple[Platform, ...], language: Language
    ) -> Message:
        """Give the longest text that fits each platform, and what the rules say of it.

        Args:
            articles: Those that ask for a disclaimer.
            platforms: Where it should go.
            language: In which language to say it, and to write the texts.
        """
        for_text: dict[str, list[str]] = {}
        for platform in platforms:
            text = self._library.disclaimers.longest(platform.limit, language)
            name, limit = platform.name.text(language), platform.limit
            shown = self._say("disclaimer_platform", language, name=name, limit=limit)
            for_text.setdefault(text or "", []).append(shown)
        blocks = [self._block(BlockKind.BODY, "disclaimers", language)]
        for text, names in for_text.items():
            where = self._say("disclaimer_for", language, platforms=_DOT.join(names))
            blocks += [Block(BlockKind.BODY, where), Block(BlockKind.COPY, text)]
        blocks += self._asked(articles, language)
        blocks.append(self._block(BlockKind.NOTE, "disclaimer_note", language))
        return Message(tuple(blocks), (self._check_button("button_check", language),), language)

    def _touched(self, marked: Marked, text: str, language: Language) -> Block:
        title = self._library.locate(marked.article).article.title.text(language)
        line = self._say("draft_article", language, title=title)
        return Block(BlockKind.QUOTE, line, quoted(text, marked.spans) if marked.spans else None)

    def _changes(self, checked: CheckedPost) -> Block:
        language = checked.language
        facets = [self._library.facets[f] for each in checked.marked for f in sorted(each.facets)]
        found = [facet.change.text(language) for facet in facets if facet.change]
        changes = list(dict.fromkeys(found))[:MAX_CHANGES]
        changes = changes or [self._say("draft_change_other", language)]
        lines = "\n".join(self._say("draft_change", language, change=c) for c in changes)
        return Block(BlockKind.BODY, self._say("draft_changes", language, changes=lines))

    def _buttons(self, checked: CheckedPost) -> tuple[Button, ...]:
        language = checked.language
        another = self._check_button("button_check_another", language)
        person = self._replies.button("button_person", language, buttons.AskPerson())
        raised = [self._library.facets[f] for each in checked.marked for f in each.facets]
        if not any(facet.disclaims for facet in raised):
            return (another, person)
        value = buttons.ShowDisclaimers()
        return (another, self._replies.button("button_disclaimer", language, value), person)

    def _asked(self, articles: tuple[str, ...], language: Language) -> list[Block]:
        if not articles:
            return [self._block(BlockKind.BODY, "disclaimer_not_asked", language)]
        cited = [self._library.locate(article) for article in articles]
        lines = [self._say("disclaimer_asked", language)]
        for located in cited:
            lines.append(located.article.rule.text(language))
            if located.article.advice:
                lines.append(located.article.advice.text(language))
        asked = Block(BlockKind.BODY, "\n".join(lines))
        return [asked, *self._replies.cite(cited, language)]

    def _check_button(self, phrase: str, language: Language) -> Button:
        return self._replies.button(phrase, language, buttons.CheckPost())

    def _block(self, kind: BlockKind, phrase: str, language: Language) -> Block:
        return Block(kind, self._say(phrase, language))

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)
