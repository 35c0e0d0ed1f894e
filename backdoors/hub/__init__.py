"""Bundles on the Hugging Face Hub: push one with a model card, pull and verify one, publish the page as a Space.

::

    python -m backdoors.hub push assets/models/digits OWNER/digits
    python -m backdoors.hub pull OWNER/digits@main my-digits
    python -m backdoors.hub verify my-digits
    python -m backdoors.hub space OWNER/backdoors --static --digits OWNER/digits@main

``address.py`` parses names; ``connection.py`` checks the token and turns the client's errors into the project's;
``publishing.py`` and ``pulling.py`` push and pull; ``cards.py`` and ``prose.py`` write model cards; ``sources.py``
loads the models that the page starts with; the package ``spaces`` publishes the page. ``README.md`` shows how to use
the commands.
"""

from backdoors.hub.address import Address
from backdoors.hub.cards import model_card
from backdoors.hub.connection import check_access
from backdoors.hub.publishing import Pushed, check_free, push
from backdoors.hub.pulling import Fetched, fetch, pull, resolve
from backdoors.hub.sources import Origin, load_models

__all__ = [
    "Address",
    "Fetched",
    "Origin",
    "Pushed",
    "check_access",
    "check_free",
    "fetch",
    "load_models",
    "model_card",
    "pull",
    "push",
    "resolve",
]
