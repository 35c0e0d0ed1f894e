"""The parts of a demo as HTML: the answers, what the models see, what happened, and notices.

Each takes the names of things from its ``Task``. The markup is in ``story/templates/parts``; ``words`` has the
sentences, which are plain text.
"""

from backdoors.demo.parts.cards import answers
from backdoors.demo.parts.dormant import dormant
from backdoors.demo.parts.happening import happening
from backdoors.demo.parts.seen import seen, what_both_see
from backdoors.demo.parts.thumbnails import thumbnails
from backdoors.story.notices import trouble, versions, whole_story

__all__ = [
    "answers",
    "dormant",
    "happening",
    "seen",
    "thumbnails",
    "trouble",
    "versions",
    "what_both_see",
    "whole_story",
]
