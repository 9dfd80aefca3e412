from __future__ import annotations

from pathlib import Path

import pytest
import regex

from bot.errors import ContentError
from bot.library.library import load_library
from bot.library.surveys import SurveyTopic
from tests.support.content import LANGUAGES, copy_content, real_library, replace_in

ROW_OF_ONE = 32
"""Graphemes that a button of full width shows on Telegram."""


def test_the_survey_asks_of_habits_knowledge_and_compliance_alike() -> None:
    survey = real_library().surveys["awareness"]
    topics = [question.topic for question in survey.questions]
    assert {topics.count(topic) for topic in SurveyTopic} == {len(topics) // len(SurveyTopic)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_choices_differ_and_show_whole(language: str) -> None:
    survey = real_library().surveys["awareness"]
    for question in survey.questions:
        labels = [getattr(choice, language) for choice in survey.choices(question)]
        assert len(set(labels)) == len(labels)
        assert all(len(regex.findall(r"\X", label)) <= ROW_OF_ONE for label in labels)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("id: awareness", "id: mood", "id: must be the file's name, 'awareness'"),
        ("- id: q2", "- id: q1", "'q1' is there twice"),
        ("scale: frequency", "scale: mood", "no scale 'mood'"),
        ("scale: frequency", "scale: null", "either a scale or choices"),
        (
            "  frequency:\n",
            "  unused: [{ar: أ, en: a}, {ar: ب, en: b}]\n  frequency:\n",
            "no question",
        ),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    content = copy_content(tmp_path)
    replace_in(content / "surveys/awareness.yml", old, new)
    with pytest.raises(ContentError, match=rf"awareness\.yml:\d+: .*{says}"):
        load_library(content)


def test_a_place_without_surveys(tmp_path: Path) -> None:
    content = copy_content(tmp_path)
    (content / "surveys/awareness.yml").unlink()
    assert load_library(content).surveys == {}
