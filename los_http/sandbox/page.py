"""The pages a borrower sees at a vendor: what it is about, and a button for each thing she can do, which is an act."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from los_http.sandbox.vendor import Answer

_SCRIPT = """
for (const button of document.querySelectorAll("button")) {
  button.onclick = async () => {
    const headers = {"content-type": "application/json"};
    const answer = await fetch(button.dataset.act, {method: "POST", headers, body: button.dataset.body});
    document.getElementById("said").textContent = await answer.text();
    if (answer.ok && button.dataset.next) { location.href = button.dataset.next; }
  };
}
"""


def acting_page(title: str, lines: list[str], act: str, choices: Mapping[str, tuple[Mapping[str, Any], str]]) -> Answer:
    """
    Return a page with *lines* and a button for each of *choices*: its label, the body to post to
    ``/_sandbox/act/<act>``, and where the browser goes then (nowhere if empty).
    """
    buttons = "".join(
        f'<button data-act="/_sandbox/act/{act}" data-body="{escape(json.dumps(body))}" data-next="{escape(after)}">'
        f"{escape(label)}</button> "
        for label, (body, after) in choices.items()
    )
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    html = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><h1>{escape(title)}</h1>"
        f"{text}<p>{buttons}</p><pre id=said></pre><script>{_SCRIPT}</script></html>"
    )
    return Answer(200, html.encode(), "text/html; charset=utf-8")
