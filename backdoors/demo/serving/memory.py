"""Memory that large pictures took goes back to the operating system.

glibc keeps what a thread has freed for that thread, in as many arenas as eight times the cores, and learns from large
pictures to serve even larger ones from there. Two arenas, and pages of their own for everything large, keep the page
small: after 48 pictures of 12 million pixels, eight at a time, it takes 255 MB, and without them 783 MB.
"""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # from malloc.h

_SETTINGS = {
    _M_ARENA_MAX: 2,  # as many as cores: threads that compute at the same time
    _M_MMAP_THRESHOLD: 1 << 20,  # from here on each block has pages of its own, and a fixed bound stays fixed
    _M_TRIM_THRESHOLD: 1 << 20,
}


def return_memory() -> bool:
    """Set it up for this process, before its threads start and its models are loaded.

    Returns:
        Whether the C library can do that: glibc can, others do it by themselves or not at all.
    """
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return False
    done = [mallopt(setting, value) == 1 for setting, value in _SETTINGS.items()]
    return all(done)
