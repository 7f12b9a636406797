"""The providers people may sign in by, as the operator writes them, and how their kinds differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from identity.core.oidc import Endpoints, usable_url
from identity.core.outside import OutsideIdentity, from_vk

ProfileName = Literal["generic", "vk"]

MAX_ID = 40  # characters of a provider's id
MAX_PROVIDERS = 10  # buttons on the sign-in page


@dataclass(frozen=True, slots=True)
class Provider:
    """A section [oidc.<id>] of the configuration."""

    title: str = ""
    """The words on its button."""
    issuer: str = ""
    """Its issuer identifier, like "https://id.school.ru/realms/main"; exactly as the provider writes it."""
    client_id: str = ""
    client_secret: str = ""
    """Empty for a public client."""
    scopes: tuple[str, ...] = ()
    """What to ask for; empty: what the profile asks for."""
    profile: ProfileName = "generic"
    """How it differs from the standard: "generic" not at all, "vk" as VK ID does."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A provider without discovery and without signed statements: fixed paths, and a user instead of claims."""

    authorization: str
    token: str
    user: str
    extra: tuple[str, ...]
    """Parameters that come back beside the code and must be sent with it."""
    member: str
    """Where the user is in the answer."""
    identity: Callable[[str, Mapping[str, Any]], OutsideIdentity]


@dataclass(frozen=True, slots=True)
class Quirks:
    """What a kind of provider does in its own way."""

    scopes: tuple[str, ...]
    fixed: Fixed | None = None


QUIRKS: Mapping[ProfileName, Quirks] = MappingProxyType(
    {
        "generic": Quirks(("openid", "profile", "phone")),
        # https://id.vk.com/about/business/go/docs: no discovery document; the device's id belongs to the code; the
        # state is sent again with it; the user is asked for by a form.
        "vk": Quirks(
            ("vkid.personal_info", "phone"),
            Fixed("/authorize", "/oauth2/auth", "/oauth2/user_info", ("device_id", "state"), "user", from_vk),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """A provider with its id and quirks, ready to use."""

    id: str
    provider: Provider
    quirks: Quirks = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quirks", QUIRKS[self.provider.profile])

    @property
    def scopes(self) -> tuple[str, ...]:
        return self.provider.scopes or self.quirks.scopes

    def fixed_endpoints(self) -> Endpoints | None:
        """Where it does what, when no discovery is needed to know."""
        if self.quirks.fixed is None:
            return None
        base, fixed = self.provider.issuer.rstrip("/"), self.quirks.fixed
        return Endpoints(
            issuer=self.provider.issuer,
            authorization=base + fixed.authorization,
            token=base + fixed.token,
            userinfo=base + fixed.user,
            proof="post",
        )


def provider_problems(providers: Mapping[str, Provider]) -> list[str]:
    """One sentence for each thing to mend in the configuration."""
    problems = []
    if len(providers) > MAX_PROVIDERS:
        problems.append(f"oidc may have {MAX_PROVIDERS} providers, not {len(providers)}.")
    for name, provider in providers.items():
        place = f"oidc.{name}"
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum() or len(name) > MAX_ID:
            problems.append(f"{place}: an id has Latin letters, digits, - and _, {MAX_ID} at most.")
        if not provider.title or not provider.client_id:
            problems.append(f"{place} needs a title and a client_id.")
        if not usable_url(provider.issuer):
            problems.append(f"{place}.issuer must be like https://id.school.ru.")
        if provider.profile == "generic" and provider.scopes and "openid" not in provider.scopes:
            problems.append(f'{place}.scopes must hold "openid".')
    return problems
