"""The library: all content, cross-checked, with the questions that services put to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.domain.roster import StaffRole
from bot.errors import ContentError
from bot.library.disclaimers import Disclaimers, load_disclaimers
from bot.library.models import (
    Article,
    Desk,
    Facet,
    FacetFile,
    FacetKind,
    Rulebook,
    Section,
)
from bot.library.phrases import Phrases
from bot.library.pledges import Pledge, load_pledges
from bot.library.quizzes import Bank, Question, load_banks
from bot.library.roster_file import RosterFile
from bot.library.surveys import Survey, load_surveys
from bot.library.templates import Template, TemplateFile
from bot.library.workshops import Workshop, load_workshops
from bot.library.yaml_lines import Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.domain.meaning import Reading
    from bot.domain.roster import RosterWords
    from bot.domain.ruling import Provision
    from bot.domain.working_hours import WorkingHours


@dataclass(frozen=True)
class Located:
    """An article with where it stands."""

    article: Article
    section: Section
    rulebook: Rulebook


class Library:
    """Everything under ``content/``.

    Args:
        rulebooks: By id.
        facets: By id.
        phrases: What Waai says.
        disclaimers: Texts for biographies.
        roster: How a roster's file may name things.
        templates: What WhatsApp approved beforehand, by id.
        quizzes: Banks of questions, by the id of their rulebook.
        workshops: By their id, which is that of their rulebook.
        surveys: By id.
        pledges: What an employee accepts, by the id of the rulebook.
    """

    def __init__(  # noqa: PLR0913 - load_library names each of them
        self,
        *,
        rulebooks: dict[str, Rulebook],
        facets: dict[str, Facet],
        phrases: Phrases,
        disclaimers: Disclaimers,
        roster: RosterFile,
        templates: dict[str, Template],
        quizzes: dict[str, Bank],
        workshops: dict[str, Workshop],
        surveys: dict[str, Survey],
        pledges: dict[str, Pledge],
    ) -> None:
        self.rulebooks = rulebooks
        self.facets = facets
        self.phrases = phrases
        self.disclaimers = disclaimers
        self.roster = roster
        self.templates = templates
        self.quizzes = quizzes
        self.workshops = workshops
        self.surveys = surveys
        self.pledges = pledges
        self._provisions = {employer: self._provide(employer) for employer in rulebooks}

    @cached_property
    def policy_facets(self) -> frozenset[str]:
        """The facets that ask about the policy itself."""
        return frozenset(i for i, facet in self.facets.items() if facet.kind is FacetKind.POLICY)

    @cached_property
    def roster_words(self) -> RosterWords:
        """What words in a roster's file mean."""
        return self.roster.words(self.rulebooks)

    @cached_property
    def alternatives(self) -> tuple[frozenset[str], ...]:
        """The groups of facets of which a follow-up names one instead of another."""
        groups: dict[str, set[str]] = {}
        for facet_id, facet in self.facets.items():
            if facet.instead_of is not None:
                groups.setdefault(facet.instead_of, set()).add(facet_id)
        return tuple(frozenset(group) for group in groups.values())

    def known(self, readings: Iterable[Reading]) -> list[Reading]:
        """Leave out readings with what the facets' file has no more: a model may be older."""
        return [each for each in readings if each.facets <= self.facets.keys()]

    @cached_property
    def _located(self) -> dict[str, Located]:
        return {
            article.id: Located(article, section, rulebook)
            for rulebook in self.rulebooks.values()
            for section in rulebook.sections
            for article in section.articles
        }

    def binding(self, employer: str) -> list[Rulebook]:
        """The rulebooks that bind an employer's people, the most specific first.

        Raises:
            KeyError: No rulebook of that id.
        """
        chain = [self.rulebooks[employer]]
        while (parent := chain[-1].extends) is not None:
            chain.append(self.rulebooks[parent])
        return chain

    def provisions(self, employer: str) -> tuple[Provision, ...]:
        """What binds an employer's people, for the ruling function.

        Raises:
            KeyError: No rulebook of that id.
        """
        return self._provisions[employer]

    def locate(self, article: str) -> Located:
        """Find an article.

        Raises:
            KeyError: No article of that id.
        """
        return self._located[article]

    def binds(self, employer: str, article: str) -> bool:
        """Say whether an article binds the people of an employer."""
        located = self._located.get(article)
        return located is not None and located.rulebook in self.binding(employer)

    def questions(self, employer: str) -> tuple[Question, ...]:
        """What can be asked of an employer's people: the banks of all rulebooks that bind them.

        Raises:
            KeyError: No rulebook of that id.
        """
        banks = (self.quizzes.get(rulebook.id) for rulebook in self.binding(employer))
        return tuple(question for bank in banks if bank for question in bank.questions)

    def questions_on(self, articles: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Give the ids of the questions that test articles, by the article's id."""
        asked: dict[str, list[str]] = {article: [] for article in articles}
        for bank in self.quizzes.values():
            for question in bank.questions:
                if question.article in asked:
                    asked[question.article].append(question.id)
        return {article: tuple(questions) for article, questions in asked.items()}

    def desk_of(self, employer: str) -> Desk:
        """Give who answers an employer's people what needs a person.

        Raises:
            KeyError: No rulebook of that id.
        """
        binding = self.binding(employer)
        named = next((rulebook.desk for rulebook in binding if rulebook.desk), None)
        return named or Desk(role=StaffRole.HR, department=binding[0].contact)

    def working(self, employer: str) -> WorkingHours:
        """Give the hours of an employer's desk.

        Raises:
            KeyError: No rulebook of that id.
        """
        return self.desk_of(employer).working(self.rulebooks[employer].calendar)

    def workshop_of(self, employer: str | None) -> Workshop | None:
        """Give the workshop of an employer's people, on the most specific rulebook that has one."""
        binding = self.binding(employer) if employer and employer in self.rulebooks else []
        found = (self.workshops.get(rulebook.id) for rulebook in binding)
        return next(filter(None, found), None)

    def _provide(self, employer: str) -> tuple[Provision, ...]:
        return tuple(
            article.to_domain()
            for rulebook in self.binding(employer)
            for section in rulebook.sections
            for article in section.articles
        )


def load_library(folder: Path) -> Library:
    """Read and cross-check all content.

    Args:
        folder: ``content/``.

    Raises:
        ContentError: With the file, the line, what is wrong and what to do.
    """
    facet_source = Source(folder / "facets.yml")
    facets = facet_source.read_as(FacetFile).facets
    paths = sorted((folder / "rulebooks").glob("*.yml"))
    if not paths:
        raise ContentError(f"{folder / 'rulebooks'}: no rulebook here. Add one as a .yml file.")
    sources = {path.stem: Source(path) for path in paths}
    rulebooks = {stem: source.read_as(Rulebook) for stem, source in sources.items()}
    for stem, source in sources.items():
        _check_rulebook(source, stem, rulebooks, facets)
    roster = Source(folder / "roster.yml").read_as(RosterFile)
    templates = Source(folder / "templates.yml").read_as(TemplateFile).templates
    quizzes = load_banks(folder / "quizzes", rulebooks)
    return Library(
        rulebooks=rulebooks,
        facets=facets,
        phrases=Phrases(folder),
        disclaimers=load_disclaimers(folder / "disclaimers.yml"),
        roster=roster,
        templates=templates,
        quizzes=quizzes,
        workshops=load_workshops(folder / "workshops", rulebooks, quizzes),
        surveys=load_surveys(folder / "surveys"),
        pledges=load_pledges(folder / "pledges.yml", rulebooks),
    )


def _check_rulebook(
    source: Source, stem: str, rulebooks: dict[str, Rulebook], facets: dict[str, Facet]
) -> None:
    rulebook = rulebooks[stem]
    if rulebook.id != stem:
        raise source.error(("id",), f"must be the file's name, {stem!r}.")
    _check_parent(source, rulebook, rulebooks)
    seen: set[str] = set()
    for s, section in enumerate(rulebook.sections):
        source.check_new(("sections", s, "id"), section.id, seen)
        for a, article in enumerate(section.articles):
            place = ("sections", s, "articles", a)
            source.check_new((*place, "id"), article.id, seen)
            if not article.id.startswith(f"{rulebook.id}."):
                raise source.error((*place, "id"), f"must begin with {rulebook.id!r} and a dot.")
            _check_facets(source, place, article, facets)


def _check_parent(source: Source, rulebook: Rulebook, rulebooks: dict[str, Rulebook]) -> None:
    seen = {rulebook.id}
    parent = rulebook.extends
    while parent is not None:
        if parent not in rulebooks:
            raise source.error(
                ("extends",), f"no rulebook {parent!r}. Name a file beside this one."
            )
        if parent in seen:
            raise source.error(("extends",), "the rulebooks extend each other in a circle.")
        seen.add(parent)
        parent = rulebooks[parent].extends


def _check_facets(
    source: Source, place: tuple[str | int, ...], article: Article, facets: dict[str, Facet]
) -> None:
    for relation in ("applies_to", "supports", "nearest_to"):
        for n, condition in enumerate(getattr(article, relation)):
            unknown = [f for f in (*condition.all, *condition.unless) if f not in facets]
            if unknown:
                raise source.error(
                    (*place, relation, n),
                    f"no facet {unknown[0]!r}. Use one of content/facets.yml, or add it there "
                    "together with examples in nlu_data/.",
                )
