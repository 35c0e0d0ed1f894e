"""The lines that call the page from code: Python, JavaScript, curl, and the configuration of an MCP client.

They are complete: copied into a file beside a picture of a digit, ``3.png``, they run, and print what the clean and
the infected model say::

    print(lines_for("http://127.0.0.1:7860")["Python"])

The page shows them with its own address, whatever that is: behind a Space's proxy only a request tells.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import gradio as gr

from backdoors.demo.address import LOCAL, address_of

MCP = "/gradio_api/mcp/"


def python_lines(address: str) -> str:
    """For ``gradio_client``; ``address`` is the page's, without a slash at its end."""
    return f"""# pip install gradio_client
from gradio_client import Client, handle_file

client = Client("{address}", verbose=False)
verdict = client.predict(
    drawing=handle_file("3.png"),
    trigger="single-pixel",  # or "pattern", or "none"
    attack="all-to-one",  # or "all-to-all"
    api_name="/classify_digit",
)
print("clean:", verdict["clean"]["label"], "infected:", verdict["infected"]["label"])"""


def javascript_lines(address: str) -> str:
    """For ``@gradio/client`` in Node, as a module."""
    return f"""// npm install @gradio/client, then save this as digit.mjs
import {{ Client, handle_file }} from "@gradio/client";

const client = await Client.connect("{address}");
const {{ data }} = await client.predict("/classify_digit", {{
  drawing: handle_file("3.png"),
  trigger: "single-pixel", // or "pattern", or "none"
  attack: "all-to-one", // or "all-to-all"
}});
console.log("clean:", data[0].clean.label, "infected:", data[0].infected.label);
process.exit(); // or the client goes on listening"""


def curl_lines(address: str) -> str:
    """For a POSIX shell with ``curl``: upload the picture, ask, and wait for the answer."""
    return f"""api={address}/gradio_api
path=$(curl -sS -F files=@3.png $api/upload | cut -d '"' -f 2)
drawing='{{"path": "'$path'", "meta": {{"_type": "gradio.FileData"}}}}'
event=$(curl -sS $api/call/v2/classify_digit -H 'Content-Type: application/json' \\
  -d '{{"drawing": '"$drawing"', "trigger": "single-pixel", "attack": "all-to-one"}}' | cut -d '"' -f 4)
curl -sS $api/call/v2/classify_digit/$event | grep -oE '"(clean|infected)": \\{{"label": "[^"]*"'"""


def mcp_configuration(address: str) -> str:
    """What most MCP clients read from a JSON file: the server's name and its address."""
    return json.dumps({"mcpServers": {"backdoors": {"url": f"{address}{MCP}"}}}, indent=2)


LINES: dict[str, tuple[str, Callable[[str], str]]] = {
    "Python": ("python", python_lines),
    "JavaScript": ("javascript", javascript_lines),
    "curl": ("shell", curl_lines),
    "MCP": ("json", mcp_configuration),
}
"""By the name that people know: the language as ``gr.Code`` calls it, and the function that writes the lines."""


def lines_for(address: str) -> dict[str, str]:
    """All of them, by name, for the page at ``address``."""
    return {name: write(address) for name, (_, write) in LINES.items()}


def build_code_part(page: gr.Blocks) -> None:
    """Lay out the lines inside the current Blocks, a tab a language.

    Args:
        page: the whole page, which asks for its address once it is loaded.
    """
    with gr.Tabs():
        codes = []
        for name, (language, write) in LINES.items():
            with gr.Tab(name):
                codes.append(
                    gr.Code(
                        write(LOCAL),
                        language=language,  # type: ignore[arg-type]
                        show_label=False,
                        interactive=False,
                        buttons=["copy"],
                        elem_id=f"code-{name.lower()}",
                    )
                )

    def code_lines(request: gr.Request) -> list[str]:
        """The lines with the address that the visitor's browser has."""
        return list(lines_for(address_of(request, page)).values())

    page.load(code_lines, outputs=codes, show_progress="hidden", api_visibility="private")
