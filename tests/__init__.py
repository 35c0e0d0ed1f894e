"""The tests mirror the code; what several of them need is in ``fixtures``."""
