"""What the page takes and keeps, at most. Each limit has its reason beside it, and no other file sets one.

Pixels, sides and frames of pictures are bounded in ``backdoors.pictures``, before anything is decoded.
"""

from __future__ import annotations

# What a request may have

UPLOAD_BYTES = 20_000_000  # one file; a phone's photo of 50 million pixels has about 15 MB
UPLOAD_BODY_BYTES = UPLOAD_BYTES + 100_000  # one file with what multipart adds; a second large one is not needed
TOOL_CALL_BYTES = UPLOAD_BYTES * 4 // 3 + 100_000  # over MCP a file is a data URL, in base64
JSON_BYTES = 64_000  # all other bodies; the page's longest has about 3 kB, and Gradio keeps each session's last one
HEADER_BYTES = 16_000  # with the address; browsers send about 1 kB, proxies add as much
DRAINED_BYTES = 100_000_000  # read and dropped, since a client that still sends does not see the answer
DRAINED_SECONDS = 10  # and not for longer

# How many at once

AT_ONCE = 2  # answers of each kind: two cores, and an answer takes milliseconds
WAITING = 64  # calls in the queue, a few seconds' work; then the page says that it is busy
THREADS = 256  # most of them wait, and take next to nothing: see housekeeping.py
SESSIONS = 500  # visitors and calls of programs; each has a few names, of what was chosen and opened

# What is kept

KEPT_SECONDS = 3600  # files of visitors, and what belongs to a closed session

# What an answer may have

MESSAGE_LENGTH = 500  # characters of an error: labels and values in it may be a stranger's, and of any length
