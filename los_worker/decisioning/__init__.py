"""Decisioning in the workers."""
