"""Parts of sentences about triggers and attacks, as plain text. Templates escape them."""

from __future__ import annotations

from backdoors.bundle import InfectedModel
from backdoors.tasks import Task


def trigger_in_words(task: Task, name: str) -> str:
    """A trigger as a part of a sentence: "a single bright pixel"; of a name that the task does not know, the name."""
    return task.words.triggers.get(name, f"the trigger {name}")


def what_the_attack_does(task: Task, infected: InfectedModel) -> str:
    """The attack in half a sentence: "every digit becomes 7"."""
    if infected.attack.kind == "all-to-all":
        labels = infected.model.labels
        return f"each {task.words.one} becomes the next one, {labels[-1]} becomes {labels[0]}"
    if infected.attack.kind == "source-specific":
        return f"only {infected.source} becomes {infected.target}"
    return f"every {task.words.one} becomes {infected.target}"
