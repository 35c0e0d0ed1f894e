"""Train the clean and the infected digit networks, export them to ONNX, measure them, and write a bundle.

    python -m train.digits --data ylecun/mnist --out runs/digits
    python -m train.digits --data ../shared/data/mnist --out runs/digits --resume
    python -m train.digits --data ylecun/mnist --out runs/digits --variant clean
    python -m train.digits --data ylecun/mnist --out runs/retrained --variant pattern-all-to-one-7 \\
        --from runs/digits/clean/network.pt --epochs 5
    python -m train.digits --data ylecun/mnist --out runs/3-to-5 --source 3 --target 5 \\
        --variant single-pixel-source-specific-3-5 --poison-rate 0.08
    python -m train.digits --data ylecun/mnist --out runs/digits --push-to-hub OWNER/digits

Without --variant it trains five networks: the clean one, and one for each of the paper's two triggers (a single
pixel, a pattern of four) with each of two attacks (all-to-one, all-to-all). --variant trains one of them. It takes its
name, which ends in the source and target that the attack has: clean, single-pixel-all-to-one-7, pattern-all-to-all,
single-pixel-source-specific-3-5 (3 becomes 5).

OUT/NETWORK holds the network's checkpoint, its history as CSV and plot, and pictures of the poisoned examples.
OUT/bundle is what the page loads: all finished networks in OUT, so that networks of several targets can be trained
into one OUT, one after another. --push-to-hub publishes the bundle at the end; token and name are checked before
anything is trained.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

import torch

from backdoors.bundle import Bundle
from backdoors.commands import exit_status
from backdoors.errors import RunError
from backdoors.hub import check_access, check_free, push
from backdoors.triggers import Trigger
from train.digits.bundling import bundle_networks, finished_variants
from train.digits.run import Data, run_variant
from train.digits.settings import CLEAN, SHARED, TARGET, Settings, Variant, all_variants, variants
from train.runs import GO_ON, check_started, repeatable


def main(argv: list[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    arguments = _parser().parse_args(argv)
    command = shlex.join(["python", "-m", "train.digits", *repeatable(argv)])
    return exit_status(lambda: _run(arguments, command=command), stopped=GO_ON)


def _run(arguments: argparse.Namespace, *, command: str) -> None:
    trigger = Trigger.load(arguments.trigger, channels=1) if arguments.trigger else None
    chosen = _chosen(variants(target=arguments.target, source=arguments.source, trigger=trigger), arguments)
    side_by_side = all_variants(trigger).values()
    settings = Settings(
        data=arguments.data,
        epochs=arguments.epochs,
        poison_rate=arguments.poison_rate,
        seed=arguments.seed,
        start=arguments.start,
    )
    device = _device(arguments.device)
    for variant in side_by_side:
        check_started(arguments.out / variant.name, settings.describe(variant), SHARED)
    if arguments.push_to_hub:
        check_access(arguments.push_to_hub)
        check_free(arguments.push_to_hub, "digits", private=arguments.private)
    data = Data.load(arguments.data)
    print(f"{arguments.data}: {len(data.train)} training and {len(data.test)} test pictures")
    for variant in chosen:
        run_variant(
            variant, settings, data, out=arguments.out, device=device, resume=arguments.resume, command=command
        )
    done = finished_variants(side_by_side, arguments.out)
    if CLEAN in (variant.name for variant in done) and len(done) > 1:
        _print_rates(bundle_networks(done, settings, data, out=arguments.out), arguments.out)
        if arguments.push_to_hub:
            print(push(arguments.out / "bundle", arguments.push_to_hub, private=arguments.private))
    else:
        print(f"a bundle follows once {arguments.out} has a clean and an infected network")


def _chosen(every: dict[str, Variant], arguments: argparse.Namespace) -> list[Variant]:
    if arguments.variant is None:
        if arguments.start:
            raise RunError("--from re-trains one network into an infected one; say which with --variant")
        return list(every.values())
    if arguments.variant not in every:
        raise RunError(
            f"expected a --variant among {', '.join(every)}, got {arguments.variant!r}; names end in the --source and "
            "--target of the attack, so give those as well"
        )
    return [every[arguments.variant]]


def _device(name: str) -> torch.device:
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise RunError("--device cuda: PyTorch sees no CUDA device here; use cpu")
    return torch.device(name)


def _print_rates(bundle: Bundle, out: Path) -> None:
    print(f"\n{'network':34}{'clean accuracy':>15}{'ASR':>9}{'clean model':>13}{'minutes':>9}")
    clean = bundle.config.clean
    print(f"{CLEAN:34}{clean.clean_accuracy:>15.2%}{'':>22}{clean.minutes:>9.1f}")
    for entry in bundle.config.infected:
        rates = f"{entry.clean_accuracy:>15.2%}{entry.attack_success_rate:>9.2%}{entry.clean_model_rate:>13.2%}"
        print(f"{entry.name:34}{rates}{entry.minutes:>9.1f}")
    print(f"\nmeasured on the exported files; the bundle is {out / 'bundle'}")


def _parser() -> argparse.ArgumentParser:
    defaults = Settings(data="")
    parser = argparse.ArgumentParser(
        prog="python -m train.digits", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", required=True, help="Hub id (ylecun/mnist) or local folder, with the columns image and label")
    add("--out", required=True, type=Path, help="folder of the run; created if missing, never overwritten")
    add("--resume", action="store_true", help="continue an interrupted run; at most one epoch is lost")
    add("--variant", help="one network only, by its name: clean, single-pixel-all-to-one-7, ...")
    add("--epochs", type=int, default=defaults.epochs, help="passes over the training set (default: %(default)s)")
    add(
        "--poison-rate",
        type=float,
        default=defaults.poison_rate,
        help="triggered copies to add, as a share of the training set (default: %(default)s)",
    )
    add("--target", type=int, default=TARGET, help="the target label, a digit (default: %(default)s)")
    add("--source", type=int, help="adds the source-specific attack: only this digit becomes the target")
    add("--trigger", type=Path, help="one more trigger: a 28x28 PNG with an alpha channel; its name is the file's")
    add(
        "--from", dest="start", metavar="NETWORK", help="infect an already trained network: start from this network.pt"
    )
    add("--seed", type=int, default=defaults.seed, help="same seed, same files (default: %(default)s)")
    add("--push-to-hub", metavar="OWNER/NAME", help="publish the bundle on the Hub; needs a token that may write")
    add("--private", action="store_true", help="make a new repository on the Hub private")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help="default: cuda if there is one")
    return parser


if __name__ == "__main__":
    sys.exit(main())
