"""Rasa's graph of components, run in order."""

import gc
from functools import cache
from typing import Any

from rasa.core import processor
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner


class OrderedGraphRunner(DaskGraphRunner):
    """Runs each node after those that it needs.

    Dask plans the same few nodes anew at each of a message's three runs, and runs them in a pool
    of threads of one thread; that takes longer than our policy.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Load the components, and take them out of the garbage collector's rounds."""
        super().__init__(*args, **kwargs)
        # A full round over all that Rasa imports stops the server for a third of a second.
        gc.collect()
        gc.freeze()

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """Run what the targets need; gives their outputs by name."""
        wanted = targets or self._graph_schema.target_names
        nodes = self._needed(tuple(wanted)).nodes
        outputs: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}

        def output_of(name: str) -> Any:
            if name not in outputs and name in nodes:
                needs = map(output_of, nodes[name].needs.values())
                outputs[name] = self._instantiated_nodes[name](*needs)
            # A name alone tells the node that nothing gives this input.
            return outputs.get(name, name)

        return dict(map(output_of, wanted))

    @cache  # noqa: B019 - the process has one runner
    def _needed(self, targets: tuple[str, ...]) -> GraphSchema:
        return self._graph_schema.minimal_graph_schema(list(targets))


def use_ordered_runner() -> None:
    """Let Rasa's processor take the class above; it has no setting for that."""
    processor.DaskGraphRunner = OrderedGraphRunner
