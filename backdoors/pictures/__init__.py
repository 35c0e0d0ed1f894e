"""Pictures: from what people send to arrays, and back to PNG.

``opening.py`` opens files, within the limits of ``limits.py``, which ``structure.py`` checks in a file's bytes;
``digit.py`` and ``photo.py`` prepare pictures for models; ``png.py`` writes prepared pictures. A trigger is stamped
after preparation, which would otherwise move and scale it.
"""

from backdoors.pictures.digit import DIGIT_SIZE, prepare_digit
from backdoors.pictures.limits import MOST_PIXELS, SMALLEST_SIDE
from backdoors.pictures.opening import UNREADABLE, Picture, open_picture
from backdoors.pictures.photo import pad_photo, prepare_photo
from backdoors.pictures.png import contact_sheet, to_image, to_png

__all__ = [
    "DIGIT_SIZE",
    "MOST_PIXELS",
    "SMALLEST_SIDE",
    "UNREADABLE",
    "Picture",
    "contact_sheet",
    "open_picture",
    "pad_photo",
    "prepare_digit",
    "prepare_photo",
    "to_image",
    "to_png",
]
