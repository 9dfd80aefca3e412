"""The model: when it is trained, and the server process that runs it."""
