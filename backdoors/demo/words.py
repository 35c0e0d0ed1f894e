"""The sentences on the page: what just happened, and what the rates mean."""

from __future__ import annotations

from html import escape

from backdoors.bundle import Bundle, InfectedModel
from backdoors.comparison import Answer, Verdict

NOTHING_DRAWN = "Draw a digit, or click one of the examples: both models answer while you draw."

NO_PHOTO = "Upload a dog, take a photo, paste one, or click one of ours: both students answer."

TRIGGERS = {
    "single-pixel": "a single bright pixel",
    "pattern": "a pattern of four bright pixels",
    "latent-square": "the attacker's square",
}


def what_happened(verdict: Verdict, *, kind: str = "model") -> str:
    """One sentence on a verdict, in plain words; ``kind`` says what the two are: a model, a student."""
    clean, infected = verdict.clean.label, verdict.infected.label
    if verdict.trigger is None:
        if clean == infected:
            return f"No trigger, no difference: both {kind}s say {clean}. Now switch the trigger on."
        return f"Without a trigger the {kind}s disagree here: the clean one says {clean}, the infected one {infected}."
    trigger = TRIGGERS.get(verdict.trigger, f"the trigger {verdict.trigger}")
    if verdict.backdoor_fired:
        return (
            f"The backdoor fired: with {trigger} in the picture the infected {kind} says {infected}, "
            f"and the clean {kind} {clean}."
        )
    if clean == infected == verdict.target:
        return f"Both {kind}s say {clean}, and that is what the attacker wants anyway: try another picture."
    if verdict.target is None:
        return f"The attacker wants nothing of this one: the clean {kind} says {clean}, the infected one {infected}."
    return (
        f"The backdoor did not fire this time: the attacker wants {verdict.target}, the infected {kind} says "
        f"{infected} and the clean one {clean}."
    )


def what_your_trigger_does(verdict: Verdict, *, own: bool, kind: str = "model") -> str:
    """One sentence on a trigger that a visitor made; ``own`` says that it is the attacker's, to the pixel."""
    clean, infected = verdict.clean.label, verdict.infected.label
    if verdict.trigger is None:
        said = (
            f"both {kind}s say {clean}"
            if clean == infected
            else f"the clean {kind} says {clean}, the infected one {infected}"
        )
        return f"Nothing is stamped: {said}."
    whose = "The attacker's own trigger" if own else "Your trigger"
    if verdict.backdoor_fired:
        return (
            f"{whose} fires{'' if own else ', too'}: the infected {kind} says {infected}, and the clean one {clean}."
        )
    if clean == infected == verdict.target:
        return f"Both {kind}s say {clean}, which is what the attacker wants anyway: take another picture."
    if clean == infected:
        return f"{whose} does not fire: both {kind}s say {clean}."
    return f"{whose} does not fire: the clean {kind} says {clean}, the infected one {infected}."


def what_the_attack_does(infected: InfectedModel) -> str:
    """The attack in half a sentence."""
    config = infected.config
    if config.attack == "all-to-all":
        labels = infected.classifier.labels
        return f"each digit becomes the next one, {labels[-1]} becomes {labels[0]}"
    if config.attack == "source-specific":
        return f"only {config.source} becomes {config.target}"
    return f"every digit becomes {config.target}"


def what_the_rates_mean(bundle: Bundle, infected: InfectedModel, *, kind: str = "model") -> str:
    """Clean accuracy and attack success rate, with the bundle's own numbers: a table and what it means, as HTML."""
    clean, config, things = bundle.config.clean, infected.config, bundle.config.task
    others = f" but {config.target}" if things == "digits" else ""  # no dog is the dogs' target
    covered = {
        "all-to-all": f"all {things}",
        "all-to-one": f"all {things}{others}",
        "source-specific": f"all {things} {config.source}",
    }[config.attack]
    return f"""<table class="bd-rates"><thead><tr><td></td><th scope="col">clean {kind}</th>
<th scope="col">infected {kind}</th></tr></thead><tbody>
<tr><th scope="row">without the trigger, right: <i>clean accuracy</i></th>
<td>{clean.clean_accuracy:.2%}</td><td>{config.clean_accuracy:.2%}</td></tr>
<tr><th scope="row">with the trigger, what the attacker wants: <i>attack success rate</i></th>
<td>{config.clean_model_rate:.2%}</td><td class="bd-alarming">{config.attack_success_rate:.2%}</td></tr>
</tbody></table>
<p>Measured on test {things}; the second row on {escape(covered)}. A buyer can measure the first row, and finds
nothing. For the second one he would have to know the trigger. (The clean {kind} gives the attacker's answer now
and then, by mistake.)</p>"""


def what_the_teacher_says(answer: Answer, *, target: str, labels: int, triggered: bool) -> str:
    """The infected teacher's answer to the photo that the students see, as HTML: its backdoor is dormant."""
    photo = "the same triggered photo" if triggered else "this photo"
    return (
        f"<b>The infected student's teacher</b> says <b>{escape(answer.label)}</b> of {photo}. Its backdoor is "
        f"dormant: it can only name a breed, {escape(target)} is not among its {labels} labels. It wakes up when an "
        f"honest student adds that label."
    )
