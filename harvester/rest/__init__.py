"""Answers of APIs in JSON: what is in one, where the next one is, and what an item means."""
