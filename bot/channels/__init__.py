"""The doors to the conversation, one folder a platform: parse, payloads, transport."""
