"""Every error that the project raises on purpose.

A message says what was expected, what was found and what to do next. An error carries the same facts as data, and its
class inherits the builtin exception that callers would catch anyway, such as ``ValueError`` or ``OSError``::

    try:
        Bundle.load("my-digits")
    except ChecksumError as e:
        print(e.path, e.expected, e.got)

The attributes are None where they do not apply. Long messages are cut in the middle: a message can quote a stranger's
file, and a bundle with a label of 50 MB gave messages of 50 MB.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

_LONGEST = 2_000  # characters of a message, about a screenful


class BackdoorsError(Exception):
    """The base class: ``except BackdoorsError`` catches every error that the project raises on purpose.

    Attributes:
        path: the file or folder that the error is about.
        expected: what was expected, as a value where there is one.
        got: what was found instead.
    """

    def __init__(self, message: str, *, path: Path | str | None = None, expected: Any = None, got: Any = None) -> None:
        super().__init__(shortened(message))
        self.path, self.expected, self.got = path, expected, got


def shortened(text: str, *, most: int = _LONGEST) -> str:
    """A text of at most ``most`` characters and a note that it was cut."""
    if len(text) <= most:
        return text
    return f"{text[: most * 3 // 4]} [... {len(text) - most:,} characters ...] {text[-(most // 4) :]}"


# Input from people


class RequestError(BackdoorsError, ValueError):
    """A request that neither the page nor its clients would send: a wrong type, number or name, or no upload."""


class PictureError(BackdoorsError, ValueError):
    """A picture that cannot be read or used: broken, too small, too large."""


class TriggerError(BackdoorsError, ValueError):
    """A trigger whose mask or pattern has a wrong shape or range, or a file that is not a trigger."""


class AttackError(BackdoorsError, ValueError):
    """An attack that is not possible, or more poisoned examples than the training set can give."""


class MetricError(BackdoorsError, ValueError):
    """A rate over no pictures, which would be 0 divided by 0."""


# Models on disk


class ModelError(BackdoorsError, ValueError):
    """An ONNX file that is not a model as this project defines it, or pictures that do not fit the model."""


class BundleError(BackdoorsError, ValueError):
    """A bundle that cannot be used. The message names the file or the key, and what was expected."""


class BundleFileNotFoundError(BundleError, FileNotFoundError):
    """A folder without ``config.json``, or without a file that its ``config.json`` names."""


class ChecksumError(BundleError):
    """A file whose sha256 differs from the one in ``config.json``: it was changed, truncated or replaced."""


class LocalFileError(BackdoorsError, OSError):
    """A file on this machine that cannot be read or written, for example because the disk is full."""


# The Hugging Face Hub


class RepositoryError(BackdoorsError, ValueError):
    """A repository that cannot be used: its name is malformed, or it holds something other than expected."""


class HubError(BackdoorsError, OSError):
    """The Hub did not do what was asked.

    Raised as this class itself, the Hub had an error of its own (status 500 and above), or its answer cannot be used.

    Attributes:
        status: the HTTP status of the Hub's answer; None if there was no answer.
    """

    def __init__(self, message: str, *, status: int | None = None, **data: Any) -> None:
        super().__init__(message, **data)
        self.status = status


class HubUnreachableError(HubError, ConnectionError):
    """No answer: there is no network, the Hub is silent, or offline mode is on. Trying later may help."""


class HubRefusedError(HubError, PermissionError):
    """The request was refused: no token, no permission, no such repository, a conflict. The message says what to do.

    Attributes:
        status: 400 to 499; None if the request was not sent because the token cannot allow it.
    """


# Training


class DatasetError(BackdoorsError, ValueError):
    """A data set that cannot be loaded, or that lacks the columns, splits or sizes that training needs."""


class RunError(BackdoorsError, ValueError):
    """A training run that cannot start or resume: its folder is taken, or was made with other settings."""


class ParityError(BackdoorsError, ValueError):
    """An exported model whose probabilities differ from those of the network that it was exported from."""
