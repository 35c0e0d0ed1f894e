"""Bundles on the Hugging Face Hub: pushed with a model card, pulled and checked, and run as a Space.

::

    python -m backdoors.hub push assets/models/digits OWNER/digits
    python -m backdoors.hub pull OWNER/digits@main my-digits
    python -m backdoors.hub verify my-digits
    python -m backdoors.hub space OWNER/backdoors --digits OWNER/digits@main

``address.py`` reads such names, ``connection.py`` asks whether we may, and turns the client's errors into ours;
``publishing.py``, ``pulling.py`` and ``spaces.py`` do the three things, ``cards.py`` and ``prose.py`` write the model
card, and ``sources.py`` is where the page takes its models from.
"""

from backdoors.hub.address import Address
from backdoors.hub.cards import model_card
from backdoors.hub.connection import check_access
from backdoors.hub.publishing import Pushed, check_free, push
from backdoors.hub.pulling import Fetched, fetch, pull, resolve
from backdoors.hub.sources import Origin, Task, load_models
from backdoors.hub.spaces import push_space, space_files

__all__ = [
    "Address",
    "Fetched",
    "Origin",
    "Pushed",
    "Task",
    "check_access",
    "check_free",
    "fetch",
    "load_models",
    "model_card",
    "pull",
    "push",
    "push_space",
    "resolve",
    "space_files",
]
