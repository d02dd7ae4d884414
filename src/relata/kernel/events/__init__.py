"""Events: the outbox that every write leaves, numbered in an order that no reader can miss."""
