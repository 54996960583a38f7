"""Frozen values shared by platforms; import them from their modules."""
