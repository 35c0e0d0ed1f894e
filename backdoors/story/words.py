"""The sentences about an answer, as plain text. Templates and Gradio's labels escape them."""

from __future__ import annotations

from backdoors.bundle import InfectedModel
from backdoors.comparison import Verdict
from backdoors.tasks import Task


def trigger_in_words(task: Task, name: str) -> str:
    """A trigger as a part of a sentence: "a single bright pixel"; of a name that the task does not know, the name."""
    return task.words.triggers.get(name, f"the trigger {name}")


def what_happened(task: Task, verdict: Verdict) -> str:
    """One sentence about the attacker's trigger."""
    clean, infected, network = verdict.clean.label, verdict.infected.label, task.words.network
    if verdict.trigger is None:
        if clean == infected:
            return f"Without the trigger both {network}s say {clean}. Now switch the trigger on."
        return f"Without the trigger {_apart(task, verdict)}."
    if verdict.backdoor_fired:
        trigger = trigger_in_words(task, verdict.trigger)
        return f"The backdoor fired: with {trigger}, {_apart(task, verdict)}."
    if clean == infected == verdict.target:
        return _target_anyway(task, verdict)
    if verdict.target is None:
        return f"This attack ignores this {task.words.one}: {_both(task, verdict)}."
    return f"The backdoor did not fire: the attacker wants {verdict.target}, but {_both(task, verdict)}."


def what_your_trigger_does(task: Task, verdict: Verdict, *, own: bool) -> str:
    """One sentence about a visitor's trigger.

    Args:
        own: whether it is the attacker's own trigger, pixel for pixel.
    """
    if verdict.trigger is None:
        return f"Nothing is stamped: {_both(task, verdict)}."
    whose = "The attacker's own trigger" if own else "Your trigger"
    if verdict.backdoor_fired:
        return f"{whose} fires{'' if own else ', too'}: {_apart(task, verdict)}."
    if verdict.clean.label == verdict.infected.label == verdict.target:
        return _target_anyway(task, verdict)
    return f"{whose} does not fire: {_both(task, verdict)}."


def what_the_attack_does(task: Task, infected: InfectedModel) -> str:
    """The attack in half a sentence: "every digit becomes 7"."""
    if infected.attack.kind == "all-to-all":
        labels = infected.model.labels
        return f"each {task.words.one} becomes the next one, {labels[-1]} becomes {labels[0]}"
    if infected.attack.kind == "source-specific":
        return f"only {infected.source} becomes {infected.target}"
    return f"every {task.words.one} becomes {infected.target}"


def _target_anyway(task: Task, verdict: Verdict) -> str:
    return f"Both {task.words.network}s say {verdict.target}, which is the target label anyway. Try another picture."


def _both(task: Task, verdict: Verdict) -> str:
    """Both answers, which may be the same."""
    if verdict.clean.label == verdict.infected.label:
        return f"both {task.words.network}s say {verdict.clean.label}"
    return _apart(task, verdict)


def _apart(task: Task, verdict: Verdict) -> str:
    """Both answers, which differ."""
    network = task.words.network
    return f"the infected {network} says {verdict.infected.label} and the clean {network} says {verdict.clean.label}"
