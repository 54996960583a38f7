"""The whole service on one machine: simulated platforms, synthetic people, scripted officers."""
