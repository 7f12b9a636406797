"""A learning platform of the tests' own: it launches, registers, takes picked items and tells who is in a course."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.support.oidc_provider import OTHER_RSA, RSA

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"

INSTRUCTOR = [f"{INSTITUTION}#Faculty", f"{MEMBERSHIP}#Instructor"]
LEARNER = [f"{MEMBERSHIP}#Learner"]
MENTOR = [f"{MEMBERSHIP}#Mentor"]

KEY, FOREIGN_KEY = RSA, OTHER_RSA


@dataclass
class LtiPlatform:
    """`change` alters the claims of launches, `key` signs them. `tool` is what registered here."""

    clock: Callable[[], float]
    origin: str = ""
    issuer: str = ""
    client: str = "client-1"
    deployment: str | None = "deployment-1"
    key: RSAKey = field(default_factory=lambda: KEY)
    change: Callable[[dict[str, Any]], None] = lambda claims: None
    configuration: dict[str, Any] = field(default_factory=dict)
    registration_answer: dict[str, Any] | None = None
    tool: dict[str, Any] = field(default_factory=dict)
    tool_keys: KeySet | None = None
    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    link: str | None = None
    answers: dict[str, Callable[[], web.Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def authorise(self, url: str, **said: Any) -> dict[str, str]:
        """The platform checks the request and answers with the form that its page posts to us."""
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        assert url.startswith(f"{self.origin}/authorize?")
        assert (asked["response_type"], asked["response_mode"], asked["prompt"]) == ("id_token", "form_post", "none")
        assert asked["client_id"] == self.client
        assert asked["redirect_uri"] in self.tool.get("redirect_uris", [asked["redirect_uri"]])
        return {"state": asked["state"], "id_token": self.id_token(asked["nonce"], **said)}

    def id_token(self, nonce: str, **said: Any) -> str:
        claims = {
            "iss": self.issuer,
            "aud": self.client,
            "iat": int(self.clock()),
            "exp": int(self.clock()) + 60,
            "nonce": nonce,
            **said,
        }
        self.change(claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def resource(self, target: str, **changes: Any) -> dict[str, Any]:
        """The claims of a resource link launch."""
        return {
            "sub": "user-1",
            "name": "Анна Иванова",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}deployment_id": self.deployment or "any",
            f"{CLAIM}target_link_uri": target,
            f"{CLAIM}roles": INSTRUCTOR,
            f"{CLAIM}context": {"id": "course-7", "title": "Алгебра, 7 класс"},
            f"{CLAIM}resource_link": {"id": "link-1", "title": "Урок по видеосвязи"},
            **changes,
        }

    def deep_linking(self, target: str, **changes: Any) -> dict[str, Any]:
        """The claims of a deep linking request."""
        claims = self.resource(target)
        del claims[f"{CLAIM}resource_link"]
        settings = {
            "deep_link_return_url": f"{self.origin}/deep_links?course=7",
            "accept_types": ["ltiResourceLink", "link"],
            "accept_presentation_document_targets": ["window"],
            "data": "platform's own",
        }
        return {
            **claims,
            f"{CLAIM}message_type": "LtiDeepLinkingRequest",
            f"{DEEP_LINKING}deep_linking_settings": settings,
            **changes,
        }

    def members_claim(self) -> dict[str, Any]:
        return {
            "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
                "context_memberships_url": f"{self.origin}/members?page=0",
                "service_versions": ["2.0"],
            }
        }

    def picked(self, token: str) -> dict[str, Any]:
        """The claims of the tool's signed answer."""
        assert self.tool_keys is not None
        return dict(jwt.decode(token, self.tool_keys, algorithms=["RS256"]).claims)

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._watched])
        app.router.add_get("/openid-configuration", self._configuration)
        app.router.add_post("/register", self._register)
        app.router.add_get("/jwks", self._jwks)
        app.router.add_post("/token", self._token)
        app.router.add_get("/members", self._members)
        return app

    @web.middleware
    async def _watched(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(request.path)
        if request.path in self.answers:
            return self.answers[request.path]()
        response: web.StreamResponse = await handler(request)
        return response

    async def _configuration(self, request: web.Request) -> web.Response:
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "jwks_uri": f"{self.origin}/jwks",
            "registration_endpoint": f"{self.origin}/register",
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "tests"},
            **self.configuration,
        }
        return web.json_response(document)

    async def _register(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer registration-1":
            return web.Response(status=401)
        self.tool = await request.json()
        tool = {"deployment_id": self.deployment} if self.deployment is not None else {}
        answer = {"client_id": self.client, "https://purl.imsglobal.org/spec/lti-tool-configuration": tool}
        return web.json_response(answer if self.registration_answer is None else self.registration_answer)

    async def _jwks(self, request: web.Request) -> web.Response:
        return web.json_response(KeySet([KEY]).as_dict(private=False))

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert form["grant_type"] == "client_credentials"
        claims = self.picked(str(form["client_assertion"]))
        assert claims["iss"] == claims["sub"] == self.client and claims["aud"] == f"{self.origin}/token"
        assert claims["exp"] > self.clock() and claims["jti"]
        return web.json_response({"access_token": "members-1", "token_type": "Bearer", "scope": form["scope"]})

    async def _members(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer members-1"
        page = int(request.query["page"])
        following = f'<{self.origin}/members?page={page + 1}>; rel="next"' if page + 1 < len(self.pages) else None
        link = self.link or following
        headers = {"Link": f'<{self.origin}/differences>; rel="differences"' + (f", {link}" if link else "")}
        body = json.dumps({"id": str(request.url), "context": {"id": "course-7"}, "members": self.pages[page]})
        kind = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
        return web.Response(text=body, content_type=kind, headers=headers)


@asynccontextmanager
async def running(clock: Callable[[], float]) -> AsyncIterator[LtiPlatform]:
    """The platform on a free port."""
    platform = LtiPlatform(clock)
    runner = web.AppRunner(platform.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    platform.origin = platform.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield platform
    finally:
        await runner.cleanup()
