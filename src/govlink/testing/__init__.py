"""What adapter authors and integration tests use: conformance kit, recorders, pytest plugin."""
