"""Use cases. One public method is one transaction; nothing here awaits the network."""
