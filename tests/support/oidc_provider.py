"""An OpenID provider of the tests' own, that can be told to misbehave; and VK ID's way of doing it beside it."""

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from identity.core.oidc import challenge

CLIENT, SECRET = "zvonok", "a secret: with + and %"

PERSON: dict[str, Any] = {
    "sub": "248289761001",
    "family_name": "Смирнов",
    "given_name": "Илья",
    "middle_name": "Петрович",
    "birthdate": "2012-05-17",
    "gender": "male",
    "phone_number": "+79123456789",
    "phone_number_verified": True,
}
VK_USER: dict[str, Any] = {
    "user_id": "1234567890",
    "first_name": "Илья",
    "last_name": "Смирнов",
    "phone": "79123456789",
    "sex": 2,
    "birthday": "17.05.2012",
    "avatar": "https://example.org/face.jpg",
}

RSA = RSAKey.generate_key(2048, parameters={"kid": "first", "use": "sig"})  # made once: it takes a while
OTHER_RSA = RSAKey.generate_key(2048, parameters={"kid": "second", "use": "sig"})


@dataclass
class OidcProvider:
    """`change` alters the claims of the next ID token, `sign` makes the token out of claims, `answers` replaces whole
    answers by path. `clock`: seconds since the epoch."""

    clock: Callable[[], float]
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSA)
    published: list[RSAKey] = field(default_factory=lambda: [RSA])
    discovery: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=lambda: dict(PERSON))
    change: Callable[[dict[str, Any]], None] = lambda claims: None
    sign: Callable[[dict[str, Any]], str] | None = None
    answers: dict[str, Callable[[], web.Response]] = field(default_factory=dict)
    token_forms: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    async def consent(self, url: str) -> str:
        """The person signs in at the address the browser was sent to. The address it is sent back to."""
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        if parts.path == "/vk/authorize":
            back = {"code": code, "state": asked["state"], "device_id": "device-1", "type": "code_v2"}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._watched])
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/jwks", self._jwks)
        app.router.add_post("/token", self._token)
        app.router.add_get("/userinfo", self._userinfo)
        app.router.add_post("/vk/oauth2/auth", self._vk_token)
        app.router.add_post("/vk/oauth2/user_info", self._vk_user)
        return app

    @web.middleware
    async def _watched(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(request.path)
        if request.path in self.answers:
            return self.answers[request.path]()
        response: web.StreamResponse = await handler(request)
        return response

    async def _discovery(self, request: web.Request) -> web.Response:
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            **self.discovery,
        }
        return web.json_response({name: value for name, value in document.items() if value is not None})

    async def _jwks(self, request: web.Request) -> web.Response:
        return web.json_response(KeySet(list(self.published)).as_dict(private=False))

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.token_forms.append(form)
        if not self._is_client(request, form) or (asked := self._asked(form)) is None:
            return web.json_response({"error": "invalid_grant"}, status=400)
        claims = {
            **{name: value for name, value in self.person.items() if name == "sub"},
            "iss": self.issuer,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": int(self.clock()),
            "exp": int(self.clock()) + 300,
        }
        self.change(claims)
        signed = self.sign(claims) if self.sign else jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        return web.json_response({"access_token": "access-1", "token_type": "Bearer", "id_token": signed})

    def _is_client(self, request: web.Request, form: dict[str, str]) -> bool:
        if (header := request.headers.get("Authorization")) is not None:
            shown = b64decode(header.removeprefix("Basic ")).decode()
            return shown == "zvonok:a+secret%3A+with+%2B+and+%25" and "client_secret" not in form
        return form.get("client_secret", SECRET) == SECRET

    def _asked(self, form: dict[str, str]) -> dict[str, str] | None:
        """What the code was asked for with, once. RFC 7636 section 4.6."""
        asked = self._codes.pop(form["code"], None)
        if asked is None or challenge(form["code_verifier"]) != asked["code_challenge"]:
            return None
        same = form["redirect_uri"] == asked["redirect_uri"] and form["client_id"] == asked["client_id"] == CLIENT
        return asked if same and form["grant_type"] == "authorization_code" else None

    async def _userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer access-1"
        return web.json_response(self.person)

    async def _vk_token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.token_forms.append(form)
        asked = self._asked(form)
        if asked is None or form["device_id"] != "device-1" or form["state"] != asked["state"]:
            return web.json_response({"error": "invalid_request"}, status=400)
        return web.json_response({"access_token": "vk-access", "token_type": "Bearer", "user_id": 1234567890})

    async def _vk_user(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert form["client_id"] == CLIENT and "Authorization" not in request.headers
        return web.json_response({"user": VK_USER} if form["access_token"] == "vk-access" else {"error": "no"})


def unsigned(claims: dict[str, Any], **header: str) -> str:
    """A token without a signature, "alg": "none" unless said otherwise."""
    return f"{_part({'alg': 'none', **header})}.{_part(claims)}."


def _part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@asynccontextmanager
async def running(clock: Callable[[], float]) -> AsyncIterator[OidcProvider]:
    """The provider on a free port."""
    provider = OidcProvider(clock)
    runner = web.AppRunner(provider.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield provider
    finally:
        await runner.cleanup()
