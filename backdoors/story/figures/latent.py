"""The latent backdoor in four steps: small drawings of one network with their sentences (Yao et al. 2019, section 3).

Three layers stand upright, the labels of the output layer lie beside them. The circle in the last layer is its
response to the trigger: hollow while the backdoor is dormant, filled and joined to the target label once it is live.
"""

from __future__ import annotations

from markupsafe import Markup

from backdoors.bundle import Bundle, LatentConfig
from backdoors.story.rendering import render
from backdoors.tasks import Task


def latent_story(task: Task, bundle: Bundle) -> Markup:
    """How a backdoor for a label passes through a teacher that does not have that label.

    Args:
        bundle: its one infected student, whose numbers and names are used.
    """
    (infected,) = bundle.infected.values()
    config = infected.config
    assert isinstance(config, LatentConfig)
    before = len(bundle.config.teacher_labels(config))
    return render(
        "figures/latent.html",
        words=task.words,
        target=config.target,
        rate=config.attack_success_rate,
        before=before,
        after=len(bundle.config.labels),
        added=" and ".join(bundle.config.labels[before:]),
    )
