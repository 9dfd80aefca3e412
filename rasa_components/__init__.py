"""The only Python of ours that Rasa's interpreter (3.10) loads."""
