"""The pages of the demonstration; the only code that imports gradio."""

from backdoors.demo.page import build_page, launch_options

__all__ = ["build_page", "launch_options"]
