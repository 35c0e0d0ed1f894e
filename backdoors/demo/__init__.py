"""The pages of the demonstration; the only code that imports gradio."""

from backdoors.demo.site import Site, build_site

__all__ = ["Site", "build_site"]
