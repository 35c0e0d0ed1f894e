"""The lines that call the page from code: Python, JavaScript, curl, and the configuration of an MCP client.

They are complete: copied into a file beside the sample picture, they run, and print what the clean and the infected
model answer::

    print(lines_for("http://127.0.0.1:7860", demo)["Python"])

The page shows them with its own address: behind a Space's proxy, only a request has it.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from backdoors.demo.serving.endpoints import NO_TRIGGER
from backdoors.story.demos import Demo

MCP = "/gradio_api/mcp/"


def python_lines(address: str, demo: Demo) -> str:
    """For ``gradio_client``; ``address`` is the page's, without a slash at its end."""
    endpoint = demo.task.endpoint
    values = "\n".join(f"    {name}={_python(value)},{_note(others, '#')}" for name, value, others in _values(demo))
    return f"""# pip install gradio_client
from gradio_client import Client, handle_file

client = Client("{address}", verbose=False)
verdict = client.predict(
    {endpoint.picture}=handle_file("{endpoint.sample}"),
{values}
    api_name="/{endpoint.name}",
)
print("clean:", verdict["clean"]["label"], "infected:", verdict["infected"]["label"])"""


def javascript_lines(address: str, demo: Demo) -> str:
    """For ``@gradio/client`` in Node, as a module."""
    endpoint, file = demo.task.endpoint, f"{demo.task.words.one}.mjs"
    values = "\n".join(f"  {name}: {json.dumps(value)},{_note(others, '//')}" for name, value, others in _values(demo))
    return f"""// npm install @gradio/client, then save this as {file}
import {{ Client, handle_file }} from "@gradio/client";

const client = await Client.connect("{address}");
const {{ data }} = await client.predict("/{endpoint.name}", {{
  {endpoint.picture}: handle_file("{endpoint.sample}"),
{values}
}});
console.log("clean:", data[0].clean.label, "infected:", data[0].infected.label);
process.exit(); // or the client goes on listening"""


def curl_lines(address: str, demo: Demo) -> str:
    """For a POSIX shell with ``curl``: upload the picture, ask, and wait for the answer."""
    endpoint = demo.task.endpoint
    name, picture = endpoint.name, endpoint.picture
    values = "".join(f', "{name}": {json.dumps(value)}' for name, value, _ in _values(demo))
    return f"""api={address}/gradio_api
path=$(curl -sS -F files=@{endpoint.sample} $api/upload | cut -d '"' -f 2)
{picture}='{{"path": "'$path'", "meta": {{"_type": "gradio.FileData"}}}}'
event=$(curl -sS $api/call/v2/{name} -H 'Content-Type: application/json' \\
  -d '{{"{picture}": '"${picture}"'{values}}}' | cut -d '"' -f 4)
curl -sS $api/call/v2/{name}/$event | grep -oE '"(clean|infected)": \\{{"label": "[^"]*"'"""


def mcp_configuration(address: str, demo: Demo) -> str:
    """What most MCP clients read from a JSON file: the server's name and its address."""
    return json.dumps({"mcpServers": {"backdoors": {"url": f"{address}{MCP}"}}}, indent=2)


LINES: dict[str, tuple[str, Callable[[str, Demo], str]]] = {
    "Python": ("python", python_lines),
    "JavaScript": ("javascript", javascript_lines),
    "curl": ("shell", curl_lines),
    "MCP": ("json", mcp_configuration),
}
"""By the name that people know: the language as ``gr.Code`` calls it, and the function that writes the lines."""


def lines_for(address: str, demo: Demo) -> dict[str, str]:
    """All of them, by name, for the page at ``address``."""
    return {name: write(address, demo) for name, (_, write) in LINES.items()}


def _values(demo: Demo) -> list[tuple[str, str | bool, list[str]]]:
    """The parameters beside the picture: name, value, and the other values to choose from."""
    if not demo.task.choices:
        return [("trigger", True, [])]
    (trigger, *triggers), (attack, *attacks) = demo.bundle.triggers, demo.bundle.config.attacks
    return [("trigger", trigger, [*triggers, NO_TRIGGER]), ("attack", attack, [*attacks])]


def _python(value: str | bool) -> str:
    return json.dumps(value) if isinstance(value, str) else str(value)


def _note(others: list[str], sign: str) -> str:
    """A comment with the other values, where there are some: ``  # or "pattern", or "none"``."""
    space = "  " if sign == "#" else " "
    return f"{space}{sign} " + ", ".join(f"or {json.dumps(other)}" for other in others) if others else ""
