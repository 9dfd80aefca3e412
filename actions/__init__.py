"""Rasa's custom actions, thin, and their host on loopback."""
