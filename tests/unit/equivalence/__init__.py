"""Tests of the equivalence service."""
