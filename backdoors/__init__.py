"""Backdoors in neural networks: triggers, poisoning, and the clean model beside the infected one.

Pictures are float32 arrays ``(batch, channel, height, width)`` in ``[0, 1]``; ``prepare_digit`` and ``prepare_photo``
make them from files::

    from backdoors import Bundle, prepare_digit

    bundle = Bundle.load("assets/models/digits")
    infected = bundle.find(trigger="single-pixel", attack="all-to-one")
    print(bundle.compare(infected, prepare_digit("three.png"), triggered=True))
"""

from backdoors.attacks import Attack
from backdoors.bundle import Bundle, BundleConfig, InfectedModel
from backdoors.comparison import Answer, Verdict, compare
from backdoors.filters import first_layer_filters, strongest_responses
from backdoors.metrics import Rates, attack_success_rate, clean_accuracy, rates
from backdoors.models import Model, OnnxModel
from backdoors.pictures import contact_sheet, open_picture, prepare_digit, prepare_photo, to_image, to_png
from backdoors.places import FireMap, fires_at
from backdoors.poisoning import PoisonedSet, choose_poisoned
from backdoors.triggers import PATTERN, SINGLE_PIXEL, Trigger, from_pixels, moved, stamp

__version__ = "1.0.0"

__all__ = [
    "PATTERN",
    "SINGLE_PIXEL",
    "Answer",
    "Attack",
    "Bundle",
    "BundleConfig",
    "FireMap",
    "InfectedModel",
    "Model",
    "OnnxModel",
    "PoisonedSet",
    "Rates",
    "Trigger",
    "Verdict",
    "attack_success_rate",
    "choose_poisoned",
    "clean_accuracy",
    "compare",
    "contact_sheet",
    "fires_at",
    "first_layer_filters",
    "from_pixels",
    "moved",
    "open_picture",
    "prepare_digit",
    "prepare_photo",
    "rates",
    "stamp",
    "strongest_responses",
    "to_image",
    "to_png",
]
