"""The demos as files for browsers, and the static page."""
