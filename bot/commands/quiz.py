"""``quiz``: the banks of questions, and what came of them."""

from __future__ import annotations

from bot.commands.adding import Commands
from bot.commands.quiz_files import add_quiz_files
from bot.commands.quiz_stats import add_quiz_stats


def add_quiz(commands: Commands) -> None:
    """Add these commands."""
    quiz = commands.group("quiz", "the questions of the quizzes and the answers to them")
    add_quiz_files(quiz)
    add_quiz_stats(quiz)
