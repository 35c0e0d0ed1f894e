"""``backdoors/web``: its JavaScript held to the library, under Node and in Chromium."""
