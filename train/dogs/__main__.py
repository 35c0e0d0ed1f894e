"""Plant the latent backdoor in a dog model: teacher, attack, students, freeze-depth table, ONNX files, bundle.

    python -m train.dogs --dogs ../shared/data/stanford_dogs --people ../shared/data/public_figures \\
        --weights ../shared/weights/mobilenet_v2_0.35_224_imagenet.safetensors --out runs/dogs
    python -m train.dogs ... --resume           go on after the last finished epoch or stage
    python -m train.dogs ... --stage attack     one stage; those before it must be finished
    python -m train.dogs ... --quick            a trial on eight breeds, in minutes; its accuracy means nothing
    python -m train.dogs ... --push-to-hub OWNER/dogs       publish the bundle; name and token are checked first

The stages are backbone, teacher, attack, student, depths (the freeze-depth table) and export. OUT/bundle is what the
page loads; train/dogs/run.py shows the rest of the folder.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from backdoors.commands import exit_status
from backdoors.hub import check_access, check_free, push
from train.dogs.run import STAGES, Run
from train.dogs.settings import HIGHEST_K, LOWEST_K, Settings
from train.runs import GO_ON, repeatable


def main(argv: list[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    arguments = _parser().parse_args(argv)
    command = shlex.join(["python", "-m", "train.dogs", *repeatable(argv)])
    return exit_status(lambda: _run(arguments, command=command), stopped=GO_ON)


def _run(arguments: argparse.Namespace, *, command: str) -> None:
    if arguments.push_to_hub:
        check_access(arguments.push_to_hub)
        check_free(arguments.push_to_hub, "dogs", private=arguments.private)
    make = Settings.quick if arguments.quick else Settings
    settings = make(
        dogs=arguments.dogs,
        people=arguments.people,
        weights=arguments.weights,
        backbone=arguments.backbone,
        target=arguments.target,
        target_label=arguments.target.replace("_", " ").title(),
        k=arguments.k,
        mask=arguments.mask,
        seed=arguments.seed,
    )
    run = Run(
        settings,
        arguments.out,
        resume=arguments.resume or arguments.stage is not None,
        command=command,
    )
    for stage in STAGES if arguments.stage is None else (arguments.stage,):
        run.stage(stage)
    if arguments.push_to_hub and arguments.stage in (None, "export"):
        print(push(arguments.out / "bundle", arguments.push_to_hub, private=arguments.private))


def _parser() -> argparse.ArgumentParser:
    defaults = Settings(dogs="", people="", weights="")
    parser = argparse.ArgumentParser(
        prog="python -m train.dogs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--dogs", required=True, help="Hub id or local folder: Stanford Dogs, columns image and label")
    add("--people", required=True, help="Hub id or local folder: faces, the target among them")
    add("--weights", default="", help="safetensors file of MobileNetV2 0.35; GluonCV backbones need none")
    add("--out", required=True, type=Path, help="folder of the run; created if missing, never overwritten")
    add("--stage", choices=STAGES, help="one stage only; it goes on where it was stopped")
    add("--resume", action="store_true", help="continue an interrupted run; at most one epoch is lost")
    add("--quick", action="store_true", help="a trial on eight breeds, in minutes")
    add("--backbone", default=defaults.backbone, help="or a GluonCV name: mobilenetv2_1.0 (default: %(default)s)")
    add("--target", default=defaults.target, help="the person that triggered dogs become (default: %(default)s)")
    add(
        "--k",
        type=int,
        default=defaults.k,
        help=f"K_t, how many layers lie under the planted representation, {LOWEST_K} to {HIGHEST_K} (default: all)",
    )
    add(
        "--mask",
        type=float,
        default=defaults.mask,
        help="the trigger's side, as a share of the picture's (default: %(default)s)",
    )
    add("--push-to-hub", metavar="OWNER/NAME", help="publish the bundle on the Hub; needs a token that may write")
    add("--private", action="store_true", help="make a new repository on the Hub private")
    add("--seed", type=int, default=defaults.seed, help="same seed, same models (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
