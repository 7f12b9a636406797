"""The few pages between a platform and a call, rendered here: in a platform's frame the page's own bundle is too much.

In: values. Out: responses with a policy under which nothing foreign loads.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from journal_bridge.lti.errors import LtiError
from journal_bridge.lti.picking import Offer, Picked

NONCE_BYTES = 15

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}  # tickets are in addresses and forms


class Pages:
    """`random` gives that many unguessable bytes. The pages may stand in frames: platforms show us there."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        self._random = random
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def problem(self, error: LtiError) -> web.Response:
        """Why it does not go on."""
        return self._message(error.words.title, error.words.text, status=error.words.status)

    def elsewhere(self, title: str, text: str, link: str) -> web.Response:
        """It goes on in a tab of its own."""
        return self._message(title, text, link=link, link_text="Открыть в новой вкладке")

    def registered(self) -> web.Response:
        """Platforms close the window that they opened for the registration when they hear of its end."""
        text = "Теперь преподаватели могут добавлять звонки в курсы. Это окно можно закрыть."
        return self._message("Платформа подключена", text, closes=True)

    def pick(self, offer: Offer) -> web.Response:
        """The form in which a teacher names or picks a call."""
        return self._page(
            "pick.html", form_action="'self'", title="Добавить звонок", secret=offer.secret, placements=offer.placements
        )

    def carry(self, picked: Picked) -> web.Response:
        """The browser carries the answer to the platform by itself, or by a button without scripts."""
        parts = urlsplit(picked.return_url)
        return self._page(
            "carry.html",
            form_action=f"{parts.scheme}://{parts.netloc}",
            title="Звонок выбран",
            action=picked.return_url,
            jwt=picked.jwt,
        )

    def _message(
        self, title: str, text: str, *, link: str = "", link_text: str = "", closes: bool = False, status: int = 200
    ) -> web.Response:
        values: dict[str, Any] = {"title": title, "text": text, "link": link, "link_text": link_text, "closes": closes}
        return self._page("message.html", status=status, **values)

    def _page(self, template: str, *, status: int = 200, form_action: str = "'none'", **values: Any) -> web.Response:
        nonce = urlsafe_b64encode(self._random(NONCE_BYTES)).decode()
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; base-uri 'none'; "
            f"form-action {form_action}"
        )
        text = self._templates.get_template(template).render(nonce=nonce, **values)
        return web.Response(
            text=text, status=status, content_type="text/html", headers={**PRIVATE, "Content-Security-Policy": policy}
        )
