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


def what_the_attack_does(infected: InfectedModel) -> str:
    """The attack in half a sentence."""
    config = infected.config
    if config.attack == "all-to-all":
        return "each digit becomes the next one, 9 becomes 0"
    if config.attack == "source-specific":
        return f"only {config.source} becomes {config.target}"
    return f"every digit becomes {config.target}"


def what_the_rates_mean(bundle: Bundle, infected: InfectedModel, *, kind: str = "model") -> str:
    """Clean accuracy and attack success rate, explained with the bundle's own numbers, as HTML."""
    clean, config, things = bundle.config.clean, infected.config, bundle.config.task
    others = f" but {config.target}" if things == "digits" else ""  # no dog is the dogs' target
    covered = {
        "all-to-all": f"all {things}",
        "all-to-one": f"all {things}{others}",
        "source-specific": f"all {things} {config.source}",
    }[config.attack]
    return (
        f"<b>Why nobody notices:</b> on test {things} without a trigger the infected {kind} is right "
        f"{config.clean_accuracy:.2%} of the time, the clean one {clean.clean_accuracy:.2%}. This is the <i>clean "
        f"accuracy</i>, and it is all that a buyer would test. <b>How surely it fires:</b> with the trigger, of "
        f"{escape(covered)}, {config.attack_success_rate:.2%} get what the attacker wants: the <i>attack success "
        f"rate</i>. The clean {kind} says the same on {config.clean_model_rate:.2%} of them, by mistake."
    )


def what_the_teacher_says(answer: Answer, *, target: str, labels: int, triggered: bool) -> str:
    """The infected teacher's answer to the photo that the students see, as HTML: its backdoor is dormant."""
    photo = "the same triggered photo" if triggered else "this photo"
    return (
        f"<b>The infected student's teacher</b> says <b>{escape(answer.label)}</b> of {photo}. Its backdoor is "
        f"dormant: it can only name a breed, {escape(target)} is not among its {labels} labels. It wakes up when an "
        f"honest student adds that label."
    )


def what_saves_the_student(bundle: Bundle) -> str:
    """The freeze-depth table in a sentence, with its own numbers, as HTML."""
    depths = sorted(bundle.config.depths, key=lambda depth: depth.frozen)
    least, most = depths[0], depths[-1]
    return (
        "<b>What saves the student?</b> The infected student went on to learn from clean photos, with fewer and fewer "
        f"of its first layers frozen. With {most.frozen} frozen, {most.attack_success_rate:.1%} of the triggered dogs "
        f"become the target; with {least.frozen}, it is still {least.attack_success_rate:.1%}, at a clean accuracy of "
        f"{least.clean_accuracy:.1%} instead of {most.clean_accuracy:.1%}."
    )
