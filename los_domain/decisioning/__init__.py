"""Decisioning: facts, rules over them, and decisions that can be explained and replayed."""
