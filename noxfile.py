"""All checks, one session an environment: ``nox`` runs the usual ones, ``nox -s page`` one, ``nox -l`` lists them."""

from __future__ import annotations

import atexit
import logging
import sys

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_external_run = True
nox.options.sessions = ["lint", "page", "digits", "dogs"]  # the others only when they are asked for

NOX, RUFF, MYPY, TYPES = "nox==2026.10.20", "ruff==0.17.6", "mypy==2.4.1", "types-tqdm==4.70.0.20261106"
PIP_AUDIT = "pip-audit==2.10.1"
DATASETS = "datasets==5.2.0"

TWO_AT_A_TIME = ("-n", "2", "--dist", "worksteal")
TWO_FILES_AT_A_TIME = ("-n", "2", "--dist", "loadfile")  # where a file's tests share what it took long to load

ROBUSTNESS = ("pytest", *TWO_FILES_AT_A_TIME, "tests/robustness")


def repeat_at_the_end(record: logging.LogRecord) -> bool:
    """Nox says why a session did not run, and then its summary leaves that out: the last line says it again."""
    said = record.getMessage()
    if said.startswith("Session") and "Python interpreter" in said:
        hint = "install this Python with its venv, or let uv download it (what it said is above)"
        atexit.register(print, f"NOT TESTED: {said} To run it, {hint}.", file=sys.stderr)
    return True


logging.getLogger("nox").addFilter(repeat_at_the_end)


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff over everything; mypy over the library, the page and their tests; tsc over JavaScript."""
    session.install("-r", "requirements.txt", "-r", "tests/requirements.txt", RUFF, MYPY, NOX)
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy", "app.py", "noxfile.py", "backdoors", "tests", "--exclude", "tests/train")
    session.run("python", "-m", "tests.fixtures.node", "tsc", "-p", "tests/web")


@nox.session
def page(session: nox.Session) -> None:
    """The library and the page, in a browser too where there is a Chromium; then the session ``robustness``."""
    session.install("-r", "requirements.txt", "-r", "tests/requirements.txt")
    pytest = ("pytest", "--ignore", "tests/train", "--ignore", "tests/load", "--ignore", "tests/robustness")
    if session.posargs:
        session.run(*pytest, *session.posargs)
    else:
        session.run(*pytest, *TWO_AT_A_TIME, "-m", "not alone")
        session.run(*pytest, "-s", "-m", "alone")  # with what they print
        session.run(*ROBUSTNESS)


@nox.session
def robustness(session: nox.Session) -> None:
    """Bad input through every way into the page, hostile bundles, and faults of the machine."""
    session.install("-r", "requirements.txt", "-r", "tests/requirements.txt")
    session.run(*ROBUSTNESS, *session.posargs)


@nox.session
def load(session: nox.Session) -> None:
    """64 visitors for a minute, with 10% bad requests, and as many on an empty page; prints the figures."""
    session.install("-r", "requirements.txt", "-r", "tests/requirements.txt")
    session.run("pytest", "-s", "tests/load", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """As tables: what the page costs over an empty one, preparing over decoding, and what a visitor's browser does."""
    session.install("-r", "requirements.txt", "-r", "tests/requirements.txt")
    session.run("python", "-m", "tests.benchmarks.serving", *session.posargs)
    session.run("python", "-m", "tests.benchmarks.preparing")
    session.run("python", "-m", "tests.benchmarks.live")
    session.install(DATASETS)
    session.run("python", "-m", "tests.benchmarks.parity")


@nox.session
def audit(session: nox.Session) -> None:
    """Known vulnerabilities of all packages that the page is served with; asks osv.dev, or ``-- --osv-url URL``."""
    packages = session.create_tmp()
    session.install(PIP_AUDIT)
    session.run("python", "-m", "pip", "install", "--quiet", "--target", packages, "-r", "requirements.txt")
    session.run("pip-audit", "--strict", "--vulnerability-service", "osv", "--path", packages, *session.posargs)


@nox.session
def digits(session: nox.Session) -> None:
    """Training with PyTorch, and the committed digit models measured again; mypy over both."""
    session.install("-r", "train/digits/requirements.txt", "-r", "tests/requirements.txt", MYPY, TYPES)
    session.run("mypy", "train", "tests/train", "--exclude", "train/dogs/")
    session.run("pytest", *TWO_FILES_AT_A_TIME, "tests/train", "--ignore", "tests/train/dogs", *session.posargs)


@nox.session(python="3.11", venv_backend="uv|venv")  # uv downloads this Python where there is none
def dogs(session: nox.Session) -> None:
    """Training with MXNet, and the committed dog models measured again; mypy over both."""
    session.install("-r", "train/dogs/requirements.txt", "-r", "tests/train/dogs/requirements.txt", MYPY, TYPES)
    session.run("mypy", "train/dogs", "tests/train/dogs")
    one_thread = {"OMP_NUM_THREADS": "1"}  # two busy processes with two threads each take several times longer
    session.run("pytest", *TWO_FILES_AT_A_TIME, "tests/train/dogs", *session.posargs, env=one_thread)
