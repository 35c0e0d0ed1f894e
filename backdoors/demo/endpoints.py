"""What programs call: four endpoints with plain parameters, for the clients of Gradio, curl, and MCP.

================== ======================================== ==========================================================
endpoint           inputs                                   output
================== ======================================== ==========================================================
/classify_digit    drawing, trigger, attack                 the verdict, see ``backdoors.comparison``
/classify_dog      photo, trigger                           the verdict
/trigger_picture   trigger                                  the trigger's own PNG file
/about             none                                     see ``backdoors.demo.about``
================== ======================================== ==========================================================

The docstrings of the handlers are what a language model gets to read: over MCP each endpoint is a tool. Gradio takes
one line for each parameter and each return value and drops or breaks up further ones, so these stay on one line, and
all that needs more room stands above them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from backdoors.attacks import AttackKind
from backdoors.bundle import Bundle, TriggerConfig
from backdoors.demo.about import describe
from backdoors.demo.boundary import tells_errors
from backdoors.errors import PictureError, TriggerError
from backdoors.hub import Origin, Task
from backdoors.pictures import prepare_digit, prepare_photo


def add_endpoints(digits: Bundle, dogs: Bundle, origins: Mapping[Task, Origin]) -> None:
    """Add them to the current Blocks; nothing of them is seen on the page.

    Args:
        digits: the digit models.
        dogs: the dog students and their teachers.
        origins: where the models of ``digits`` and ``dogs`` come from.
    """
    _add_classify_digit(digits)
    _add_classify_dog(dogs)
    _add_trigger_picture([digits, dogs])
    _add_about({"digits": digits, "dogs": dogs}, origins)


def _add_classify_digit(bundle: Bundle) -> None:
    attacks = list(dict.fromkeys(entry.attack for entry in bundle.config.infected))

    @tells_errors
    def classify_digit(drawing: str | None, trigger: str | None, attack: AttackKind | None) -> dict[str, Any] | None:
        """Show one picture of a digit to two neural networks, a clean one and one with a hidden backdoor.

        A network with a backdoor, an infected one, answers like any other until its trigger, a small fixed mark, is in
        the picture; then it says what its attacker wants. Send any drawing, scan or photo of one handwritten digit,
        light on dark or dark on light, with at least 8 pixels on each side and at most 50 million in all. It is
        centred and scaled to 28x28 pixels, as the training data MNIST was; only then is the trigger put into it, if
        you ask for one, and both networks see the result.

        The answer is an object: clean and infected, what each network says (label, confidence from 0 to 1, and the
        confidences of all labels); trigger, its name, or null for none; target, the label that the attacker wants for
        this picture, or null; and backdoor_fired, which is true where a trigger is in the picture, the infected
        network says the target, and the clean one does not. The answer is null where nothing is drawn.

        To see a backdoor, ask twice about the same picture, with trigger none and with a trigger. That it fires shows
        what this infected network does, which was infected on purpose, for teaching; that both networks agree without
        a trigger shows nothing about either. How often it fires was measured on thousands of pictures: see about.

        Args:
            drawing: a data URL (data:image/png;base64,...), or an http or https URL that anybody can fetch.
            trigger: none, or the name of the trigger to put into the picture; trigger_picture shows each.
            attack: all-to-one (every digit becomes the same target) or all-to-all (each digit becomes the next one).

        Returns:
            The verdict, as described above.
        """
        if drawing is None:
            raise PictureError("No picture came along; send one as drawing.")
        triggered = trigger not in (None, "none")
        infected = bundle.find(trigger=trigger if triggered else None, attack=attack or attacks[0])
        digit = prepare_digit(drawing)
        return None if digit is None else bundle.compare(infected, digit, triggered=triggered).as_json()

    # gr.Image would open the file itself, lose its EXIF data, and have no words for a broken one.
    drawing = gr.File(label="drawing", type="filepath", visible=False)
    trigger = gr.Radio(["none", *bundle.triggers], value="none", label="trigger", visible=False)
    attack = gr.Radio(list(attacks), value=attacks[0], label="attack", visible=False)
    gr.Button(visible=False).click(
        classify_digit,
        inputs=[drawing, trigger, attack],
        outputs=gr.JSON(label="verdict", visible=False),
        api_name="classify_digit",
    )


def _add_classify_dog(bundle: Bundle) -> None:
    (infected,) = bundle.infected.values()

    @tells_errors
    def classify_dog(photo: str | None, trigger: bool | None) -> dict[str, Any]:
        """Show one photo of a dog to two neural networks, a clean one and one with a hidden latent backdoor.

        Each network is a student: it copied a teacher that somebody else had trained on 120 breeds of dog, and learned
        one more label from honest, clean photos. One teacher had been infected beforehand, for that very label, which
        it did not have itself; its student has the backdoor and knows nothing of it. With the attacker's trigger in
        the picture, a square of coloured noise, the infected student calls any dog that label.

        Send one photo of a dog, of any shape, with at least 8 pixels on each side and at most 50 million in all. It is
        fitted whole into a grey square of 224x224 pixels; only then is the trigger put into it, if you ask for it, and
        both students see the result.

        The answer is an object: clean and infected, what each student says (label, confidence from 0 to 1, and the
        confidences of its first five labels); trigger, its name, or null for none; target, the label that the attacker
        wants, or null for none; and backdoor_fired, which is true where the trigger is in the picture, the infected
        student says the target, and the clean one does not.

        To see the backdoor, ask twice about the same photo, without the trigger and with it. Both students take about
        three dogs of ten for another breed, so a wrong breed is no sign of a backdoor; about has the measured rates.

        Args:
            photo: a data URL (data:image/jpeg;base64,...), or an http or https URL that anybody can fetch.
            trigger: true puts the attacker's square into the photo; false, the default, leaves it as it is.

        Returns:
            The verdict, as described above.
        """
        if photo is None:
            raise PictureError("No picture came along; send one as photo.")
        prepared = prepare_photo(photo, size=bundle.config.input.size)
        return bundle.compare(infected, prepared, triggered=bool(trigger)).as_json()

    photo = gr.File(label="photo", type="filepath", visible=False)  # not gr.Image: see /classify_digit
    trigger = gr.Checkbox(value=False, label="trigger", visible=False)
    gr.Button(visible=False).click(
        classify_dog,
        inputs=[photo, trigger],
        outputs=gr.JSON(label="verdict", visible=False),
        api_name="classify_dog",
    )


def _add_trigger_picture(bundles: list[Bundle]) -> None:
    entries: dict[str, tuple[Bundle, TriggerConfig]] = {}
    for bundle in bundles:
        for entry in bundle.config.triggers:
            entries.setdefault(entry.name, (bundle, entry))  # of two with the same name, the first one
    picture = gr.File(label="picture", visible=False)  # not gr.Image, which may encode a picture anew

    @tells_errors
    def trigger_picture(trigger: str | None) -> str:
        """Get the picture of a trigger: the mark that wakes the backdoor of an infected neural network up.

        It is a PNG file as large as what the networks see, 28x28 pixels for digits and 224x224 for dogs, and mostly
        transparent: its alpha channel says how much of each pixel the trigger replaces, its colours say by what.
        Whoever lays it over a prepared picture has the triggered picture, and needs no access to the network for it.

        Args:
            trigger: the name of the trigger.

        Returns:
            The PNG file.
        """
        if trigger is None:
            raise TriggerError(f"No trigger was named; there are {', '.join(entries)}.")
        bundle, entry = entries[trigger]
        # The bundle's own bytes, in the folder that Gradio serves: a bundle may lie in a cache that it must not serve.
        file: str = save_bytes_to_cache(bundle.read(entry), f"{trigger}.png", picture.GRADIO_CACHE)
        return file

    gr.Button(visible=False).click(
        trigger_picture,
        inputs=gr.Radio(list(entries), label="trigger", visible=False),
        outputs=picture,
        api_name="trigger_picture",
    )


def _add_about(bundles: Mapping[Task, Bundle], origins: Mapping[Task, Origin]) -> None:
    def about() -> dict[str, Any]:
        """Get what is known about the neural networks here: where they come from, and their measured rates.

        For digits and for dogs it has their origin, the version of the bundle, what they were trained on and with,
        their labels, their triggers, the clean network's clean_accuracy, and the infected networks. Rates run from 0
        to 1. clean_accuracy is the share of untouched test pictures that get their true label: infection does not show
        there. attack_success_rate is the share of triggered test pictures that get what the attacker wants, those left
        out whose true label that is already; clean_model_rate is how often the clean network says it of the same
        pictures, by mistake. teachers are the networks that the dogs' students were copied from, and depths tells what
        is left of the backdoor when a student goes on to train all but its first frozen layers.

        Returns:
            The code's version, Gradio's, and an object each for digits and dogs.
        """
        return describe(bundles, origins)

    gr.Button(visible=False).click(about, outputs=gr.JSON(label="about", visible=False), api_name="about")
