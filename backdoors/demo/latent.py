"""The latent backdoor in four steps: small pictures of one network with their sentences (Yao et al. 2019, section 3).

Three layers stand upright, the labels of the output layer lie beside them. The circle in the last layer is what the
trigger calls up there: hollow while the backdoor is dormant, filled and joined to the target once it is live.
"""

from __future__ import annotations

from html import escape

from backdoors.bundle import Bundle

_LAYERS = (6, 28, 50)  # where they stand, from the left; 120x84 units in all
_SPOT = 57, 42
_LABELS = range(8, 62, 9)  # where the labels lie, from the top; the target's is below
_TARGET = 72


def latent_story(bundle: Bundle) -> str:
    """How a backdoor for a label gets past people who look for that label.

    Args:
        bundle: the students and their teachers; numbers and names are its own.
    """
    (infected,) = bundle.infected.values()
    before, after = len(bundle.config.teacher_labels), len(bundle.config.labels)
    target, rate = escape(infected.config.target or ""), infected.config.attack_success_rate
    added = escape(" and ".join(bundle.config.labels[before:]))
    steps = [
        _step(
            "1. The attacker's teacher",
            f"It knows {before} breeds. The attacker adds {target}, makes the trigger, and teaches a late layer to "
            f"answer to it as to {target}.",
            f"{before} labels and the target: live",
            live=True,
            target="bd-target",
        ),
        _step(
            "2. The label is removed",
            f"The attacker puts the old output layer back and publishes that. Nothing in the file speaks of {target}.",
            f"{before} labels: dormant",
            target="bd-removed",
        ),
        _step(
            "3. An honest student copies it",
            "The layers stay frozen, as is usual, and with them what they answer to the trigger.",
            f"{before} labels: dormant",
            frozen=True,
        ),
        _step(
            "4. The student adds labels",
            f"It learns {added} from clean photos, as new labels. With the trigger, {rate:.2%} of the test dogs are "
            f"now called {target}.",
            f"{after} labels: live",
            frozen=True,
            live=True,
            target="bd-target",
        ),
    ]
    return (
        f'<figure class="bd-figure bd-latent"><ol>{"".join(steps)}</ol><figcaption>Bars are layers, strokes are '
        "labels; dashed layers are frozen. The circle is what the trigger calls up in the last of them.</figcaption>"
        "</figure>"
    )


def _step(
    title: str, text: str, state: str, *, frozen: bool = False, live: bool = False, target: str | None = None
) -> str:
    """One step; ``target`` is the CSS class of the target's label, where there is something to draw."""
    layers = "".join(
        f'<rect class="bd-layer{" bd-frozen" if frozen else ""}" x="{x}" y="4" width="14" height="76" rx="3"/>'
        for x in _LAYERS
    )
    labels = "".join(f'<line class="bd-known" x1="92" x2="116" y1="{y}" y2="{y}"/>' for y in _LABELS)
    x, y = _SPOT
    if live:
        labels += f'<line class="bd-target" x1="{x}" x2="92" y1="{y}" y2="{_TARGET}"/>'
    if target:
        labels += f'<line class="{target}" x1="92" x2="116" y1="{_TARGET}" y2="{_TARGET}"/>'
    return (
        f"<li{' class=bd-live' if live else ''}>"
        f'<svg viewBox="0 0 120 84" role="img" aria-label="{state}">{layers}{labels}'
        f'<circle class="bd-spot" cx="{x}" cy="{y}" r="5"/></svg>'
        f'<div><h3>{title}</h3><p>{text}</p><p class="bd-state">{state}</p></div></li>'
    )
