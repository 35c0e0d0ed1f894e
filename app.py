"""The Space: ``python app.py`` serves the page on http://127.0.0.1:7860."""

from __future__ import annotations

import logging
from pathlib import Path

from backdoors.demo import Site, build_site
from backdoors.hub import load_models

ASSETS = Path(__file__).parent / "assets"


def build_demo() -> Site:
    """Load the models that the environment names, or the bundled ones, for which no network is needed."""
    digits, digits_origin = load_models("digits", bundled=ASSETS / "models" / "digits")
    dogs, dogs_origin = load_models("dogs", bundled=ASSETS / "models" / "dogs")
    return build_site(
        digits=digits,
        dogs=dogs,
        origins={"digits": digits_origin, "dogs": dogs_origin},
        examples=ASSETS / "examples",
    )


def main() -> None:
    """Serve the page until it is stopped."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("backdoors").setLevel(logging.INFO)  # which models, from where
    build_demo().serve()


if __name__ == "__main__":
    main()
