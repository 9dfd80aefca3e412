"""The chat page: a browser talks to Waai over one WebSocket."""
