"""Every error that the project raises on purpose.

Each one says what was expected, what came instead and what to do next, and inherits the builtin that a caller would
catch anyway, so ``except ValueError`` goes on working.
"""

from __future__ import annotations


class BackdoorsError(Exception):
    """The base of all: ``except BackdoorsError`` catches what the project says, and nothing else."""


# Input from people


class PictureError(BackdoorsError, ValueError):
    """A picture that cannot be read or used: broken, too small, too large."""


class TriggerError(BackdoorsError, ValueError):
    """A trigger whose mask or pattern has a wrong shape or range, or a file that is no trigger."""


class AttackError(BackdoorsError, ValueError):
    """An attack that makes no sense, or more poison than the training set can give."""


# Models on disk


class ModelError(BackdoorsError, ValueError):
    """An ONNX file that is not a model of this project, or pictures that do not fit it."""


class BundleError(BackdoorsError, ValueError):
    """A bundle that must not be used. The message names the file or the key, and what was expected."""


class BundleFileNotFoundError(BundleError, FileNotFoundError):
    """A file that ``config.json`` names is not in the folder."""


class ChecksumError(BundleError):
    """A file whose sha256 is not the one in ``config.json``: changed, cut or replaced."""


# The Hugging Face Hub


class RepositoryError(BackdoorsError, ValueError):
    """A repository that cannot be used: its name is no name, or it holds something else than these models."""


class HubError(BackdoorsError, OSError):
    """The Hub cannot be reached, or says no. The message says which of the two, and what to do next."""


# Training


class DatasetError(BackdoorsError, ValueError):
    """A data set that cannot be loaded, or that does not have the columns, splits or sizes it needs."""


class RunError(BackdoorsError, ValueError):
    """A training run that cannot start or resume: the folder is taken, or was made with other settings."""


class ParityError(BackdoorsError, ValueError):
    """An exported model that does not answer like the network that it was exported from."""
