"""The checks, by what they look at. Each takes a bench and yields what it found wrong, a line each."""
