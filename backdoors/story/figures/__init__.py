"""The pictures and plots of the page, one a file. Each function returns HTML that needs nothing else.

Pictures are PNG data inside the page, so that a saved one has its true pixels. ``story/styles`` gives the
figures their looks; their markup is in ``story/templates/figures``.
"""

from backdoors.story.figures.curves import Line, freeze_depth_plot, line_plot, training_curves
from backdoors.story.figures.filters import filters_side_by_side
from backdoors.story.figures.frame import frame
from backdoors.story.figures.latent import latent_story
from backdoors.story.figures.picture import embedded, picture
from backdoors.story.figures.poisoned import poisoned_sheet
from backdoors.story.figures.trigger import enlarged_trigger

__all__ = [
    "Line",
    "embedded",
    "enlarged_trigger",
    "filters_side_by_side",
    "frame",
    "freeze_depth_plot",
    "latent_story",
    "line_plot",
    "picture",
    "poisoned_sheet",
    "training_curves",
]
