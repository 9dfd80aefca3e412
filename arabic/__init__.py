"""Folding of what people type: letters, digits, diacritics, elongation, Arabizi.

Dependency-free and valid Python 3.10, because both interpreters import it. This is the
only text folding in the project.
"""

from arabic.arabizi import ArabiziReader, join_clitics
from arabic.glossary import ARABIC_OF
from arabic.ideas import ideas_of
from arabic.language import is_english
from arabic.letters import fold

__all__ = ["ARABIC_OF", "ArabiziReader", "fold", "ideas_of", "is_english", "join_clitics"]
