"""The pictures and plots of the page, one a file. Each function returns HTML that needs nothing else.

Pictures are PNG data inside the page, so that a saved one has its true pixels. ``demo/styles/figures.css`` gives the
figures their looks; their markup is in ``demo/templates/figures``.
"""

from backdoors.demo.figures.curves import Line, freeze_depth_plot, line_plot, training_curves
from backdoors.demo.figures.filters import filters_side_by_side
from backdoors.demo.figures.frame import frame
from backdoors.demo.figures.latent import latent_story
from backdoors.demo.figures.picture import embedded, picture
from backdoors.demo.figures.places import fire_map
from backdoors.demo.figures.poisoned import poisoned_sheet
from backdoors.demo.figures.stage import stage
from backdoors.demo.figures.trigger import enlarged_trigger

__all__ = [
    "Line",
    "embedded",
    "enlarged_trigger",
    "filters_side_by_side",
    "fire_map",
    "frame",
    "freeze_depth_plot",
    "latent_story",
    "line_plot",
    "picture",
    "poisoned_sheet",
    "stage",
    "training_curves",
]
