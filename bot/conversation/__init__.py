"""The one conversation behind every channel: events in, messages out."""
