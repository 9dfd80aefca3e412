"""Building the messages that Waai says out of content and rulings; pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation import buttons, circular_buttons, quiz_buttons, workshop_buttons
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.domain.meaning import Language
from bot.library.library import Library, Located
from bot.services.retention import Retention


class Replies:
    """Says things in the words of ``content/``.

    Args:
        library: All content.
        retention: For the sentence on privacy.
    """

    def __init__(self, library: Library, retention: Retention) -> None:
        self._library = library
        self._retention = retention

    def phrase(
        self, phrase: str, language: Language, *presses: Button, **values: object
    ) -> Message:
        """Say one phrase, with buttons."""
        body = Block(BlockKind.BODY, self._say(phrase, language, **values))
        return Message((body,), presses, language)

    def button(self, phrase: str, language: Language, value: buttons.ButtonValue) -> Button:
        """Make a button whose label is a phrase."""
        return Button(self._say(phrase, language), buttons.encode(value))

    def welcome(self, language: Language, *, enrolled: bool = False) -> Message:
        """Say who this is, what is stored, and ask for the employer where it is not known."""
        welcome = Block(BlockKind.BODY, self._say("welcome", language))
        privacy = Block(BlockKind.NOTE, self._privacy(language))
        if enrolled:
            known = Block(BlockKind.BODY, self._say("welcome_enrolled", language))
            return Message((welcome, privacy, known), (self._help_button(language),), language)
        blocks = (
            welcome,
            privacy,
            Block(BlockKind.BODY, self._say("choose_employer", language)),
        )
        other = Language.ENGLISH if language is Language.ARABIC else Language.ARABIC
        switch = self.button("button_other_language", language, buttons.SetLanguage(other))
        return Message(blocks, (*self.employers(language), switch), language)

    def employers(self, language: Language) -> tuple[Button, ...]:
        """A button for each employer."""
        return tuple(
            Button(book.employer.text(language), buttons.encode(buttons.ChooseEmployer(book.id)))
            for book in self._library.rulebooks.values()
        )

    def choose_employer(self, language: Language, phrase: str = "choose_employer") -> Message:
        """Ask for the employer, which has to be known first."""
        return self.phrase(phrase, language, *self.employers(language))

    def about(self, language: Language) -> Message:
        """Say what this is and what is stored."""
        blocks = (
            Block(BlockKind.BODY, self._say("about", language)),
            Block(BlockKind.BODY, self._privacy(language)),
        )
        my_data = self.button("button_my_data", language, buttons.ShowMyData())
        return Message(blocks, (self._help_button(language), my_data), language)

    def help(self, language: Language) -> Message:
        """Say what can be asked."""
        blocks = (
            Block(BlockKind.BODY, self._say("help", language)),
            Block(BlockKind.NOTE, self._say("help_more", language)),
        )
        presses = (
            self.button("button_check", language, buttons.CheckPost()),
            self.button("button_workshop", language, workshop_buttons.ShowWorkshop()),
            self.button("button_quiz", language, quiz_buttons.StartQuiz()),
            self.button("button_browse", language, buttons.BrowseTopics()),
            self.button("button_circulars", language, circular_buttons.ListCirculars()),
            self.button("button_change_employer", language, buttons.ListEmployers()),
            self.button("button_enrol", language, buttons.ShowEnrolment()),
            self.button("button_person", language, buttons.AskPerson()),
        )
        return Message(blocks, presses, language)

    def articles(
        self, articles: tuple[str, ...], language: Language, answer_id: str = ""
    ) -> Message:
        """Say articles in full, each with its citation.

        Args:
            articles: Their ids.
            language: In which language to say them.
            answer_id: The answer they belong to, whose question a person may be asked.
        """
        blocks: list[Block] = []
        for located in map(self._library.locate, articles):
            blocks.append(Block(BlockKind.BODY, self._article(located, language)))
            if located.article.advice:
                blocks.append(Block(BlockKind.BODY, located.article.advice.text(language)))
            blocks.append(Block(BlockKind.CITATION, self._citations([located], language)))
            blocks += self._age(located, language)
        presses = (
            self.button("button_back_topics", language, buttons.BrowseTopics()),
            self.button("button_person", language, buttons.AskPerson(answer_id)),
        )
        return Message(tuple(blocks), presses, language)

    def topics(self, employer: str, language: Language) -> Message:
        """Show the topics of all rulebooks that bind an employer's people."""
        binding = self._library.binding(employer)
        presses = tuple(
            Button(
                section.title.text(language),
                buttons.encode(buttons.ShowTopic(book.id, section.id)),
            )
            for book in binding
            for section in book.sections
        )
        name = binding[0].employer.text(language)
        return self.phrase("topics", language, *presses, employer=name)

    def topic(self, rulebook: str, section_id: str, language: Language) -> Message | None:
        """Show the articles of a section; None where there is none of that id."""
        book = self._library.rulebooks.get(rulebook)
        sections = [s for s in book.sections if s.id == section_id] if book else []
        if not sections:
            return None
        lines = [
            self._article(self._library.locate(article.id), language)
            for article in sections[0].articles
        ]
        title = self._say("topic", language, title=sections[0].title.text(language))
        blocks = (
            Block(BlockKind.VERDICT, title),
            *(Block(BlockKind.BODY, line) for line in lines),
        )
        presses = tuple(
            Button(article.title.text(language), buttons.encode(buttons.ShowArticle(article.id)))
            for article in sections[0].articles
        )
        back = self.button("button_back_topics", language, buttons.BrowseTopics())
        return Message(blocks, (*presses, back), language)

    def contact(self, employer: str, language: Language) -> str:
        """Name the department that a hand-over goes to."""
        books = self._library.rulebooks
        known = employer if employer in books else next(iter(books))
        return self._library.desk_of(known).department.text(language)

    def cite(self, cited: Sequence[Located], language: Language) -> list[Block]:
        """Cite articles, with the date where what they state is as old as their document."""
        ages = [age for located in cited for age in self._age(located, language)]
        citations = Block(BlockKind.CITATION, self._citations(cited, language))
        return [citations, *dict.fromkeys(ages)]

    def place(self, located: Located, language: Language) -> str:
        """Say where an article stands in its document."""
        heading = located.section.heading.text(language)
        item, article = located.article.item.text(language), located.article.id
        return self._say("citation", language, heading=heading, item=item, article=article)

    def _help_button(self, language: Language) -> Button:
        return self.button("button_help", language, buttons.ShowHelp())

    def _article(self, located: Located, language: Language) -> str:
        sign = self._say(f"verdict_{located.article.ruling}", language).split()[0]
        title, rule = located.article.title.text(language), located.article.rule.text(language)
        return self._say("article_line", language, sign=sign, title=title, rule=rule)

    def _citations(self, cited: Sequence[Located], language: Language) -> str:
        """Name each document once, and under it where each article stands."""
        places: dict[str, dict[str, None]] = {}
        for located in cited:
            document = located.rulebook.document.title.text(language)
            places.setdefault(document, {})[self.place(located, language)] = None
        return "\n".join(
            "\n".join([self._say("source", language, document=document), *under])
            for document, under in places.items()
        )

    def _age(self, located: Located, language: Language) -> list[Block]:
        """Name the date of the document beside a fact that is as old as it."""
        document = located.rulebook.document
        if not located.article.dated:
            return []
        if document.date:
            text = self._say("dated", language, date=document.date.text(language))
            return [Block(BlockKind.NOTE, text)]
        return [Block(BlockKind.NOTE, document.note.text(language))] if document.note else []

    def _privacy(self, language: Language) -> str:
        kept = self._retention
        days, handover_days = kept.questions.days, kept.handovers.days
        return self._say("privacy", language, days=days, handover_days=handover_days)

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self._library.phrases.say(phrase, language, **values)
