"""Many visitors at once, some of them rude: ``nox -s load`` runs it; it stops by itself and stays on this machine."""
