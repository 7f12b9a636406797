"""axe-core in real browser pages: which rules they break."""

from pathlib import Path
from typing import Literal

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

Scheme = Literal["light", "dark"]


async def broken_rules(page: Page, scheme: Scheme | None = None) -> list[object]:
    """WCAG 2.2 A and AA rules that a page breaks, with the elements; `AXE` is in it. None: in the scheme it has."""
    if scheme is not None:
        await page.emulate_media(color_scheme=scheme)
    found = await page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]]
