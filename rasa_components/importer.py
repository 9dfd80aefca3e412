"""Rasa's own file importer, reading the examples once."""

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData


class OnceImporter(RasaFileImporter):
    """Keeps the examples that it has read.

    Rasa asks for them with and without a language, takes that for two questions, and reads
    and validates every file twice: a minute for twenty-five thousand examples.
    """

    _examples: TrainingData | None = None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Give the examples; our files are the same for every language."""
        if self._examples is None:
            self._examples = super().get_nlu_data(language)
        return self._examples
