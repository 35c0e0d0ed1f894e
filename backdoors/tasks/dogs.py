"""Dogs: the latent backdoor (Yao et al. 2019). Visitors upload a photo; a clean and an infected student answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backdoors.bundle import Bundle, BundleConfig, LatentConfig
from backdoors.errors import BundleError
from backdoors.pictures import Picture, prepare_photo
from backdoors.tasks.task import Endpoint, Play, Task, Words

_GREY = 0.5  # as the border around a photo


def _prepare(picture: Picture, *, size: int, drawn: bool = False) -> NDArray[np.float32]:
    return prepare_photo(picture, size=size)


def _accepts(bundle: Bundle) -> None:
    (infected,) = bundle.infected.values()
    if infected.teachers is None:
        raise BundleError(
            f"the page shows one infected student and its teachers, got {infected.config.name!r} without teachers"
        )


def _caution(config: BundleConfig) -> str:
    students = [entry for entry in config.infected if isinstance(entry, LatentConfig)]
    names = " and ".join(config.labels[len(config.teacher_labels(students[0])) :]) if students else ""
    return (
        f"The labels {names} stand for people, because the paper's own example is about faces: here the attacker "
        "wants dogs to be called by a person's name. The students learned these labels from photos of a few people. "
        "They recognise nobody reliably, and must not be used on people."
    )


DOGS = Task(
    name="dogs",
    input="photo",
    channels=3,
    blank=_GREY,
    choices=False,
    prepare=_prepare,
    in_browser="photo",
    accepts=_accepts,
    caution=_caution,
    words=Words(
        one="dog",
        many="dogs",
        network="student",
        does="name dogs",
        tab="Upload a dog",
        embedded="Upload a dog, watch a backdoor fire",
        invitation="Upload a dog, take a photo, paste one, or click one of ours: both students answer.",
        example="dog: {}",
        triggers={"latent-square": "the attacker's square"},
    ),
    endpoint=Endpoint(
        name="classify_dog",
        picture="photo",
        sample="blanket.jpg",
        description="""Show one photo of a dog to two neural networks, a clean one and one with a latent backdoor.

Each network is a student: it was fine-tuned from a teacher that knows 120 breeds of dog, and learned two more labels
from clean photos. One teacher had been infected before that, for one of the new labels, which the teacher itself does
not have. Its student has the backdoor, without its maker's knowledge. If the attacker's trigger, a square of coloured
noise, is in the picture, the infected student answers that label for any dog.

Send one photo of a dog, of any shape, with at least 8 pixels on each side and at most 50 million in all. The whole
photo is fitted into a grey square of 224x224 pixels. Then the trigger is put into it, if you ask for it, and both
students classify the result.

The answer is an object: clean and infected, what each student says (label, confidence from 0 to 1, and the confidences
of its first five labels); trigger, its name, or null for none; target, the label that the attacker wants, or null for
none; and backdoor_fired, which is true if the trigger is in the picture, the infected student answers the target, and
the clean one does not.

To see the backdoor fire, ask twice about the same photo, without the trigger and with it. Both students misclassify
about three dogs in ten, so a wrong breed is no sign of a backdoor; about has the measured rates.""",
        parameters={
            "photo": "the picture, as a data URL (data:image/jpeg;base64,...).",
            "trigger": "true puts the attacker's square into the photo; false, the default, leaves it as it is.",
        },
    ),
    play=Play(
        example="blanket",
        opening="A photo of a dog.",
        agreed="They learned from the same photos.",
        trigger="But one of them had an infected teacher. Now the trigger: a small square.",
        fired="It says {infected}. The other one still sees a dog: {clean}.",
    ),
)
