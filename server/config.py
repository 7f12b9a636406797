"""Configuration: one TOML file and environment variables in, frozen dataclasses out.

A value's place is `section.key`; the environment variable `ZVONOK_SECTION__KEY` overrides it. An unknown key is an
error that names the nearest known one, and every error of a file is reported at once.
"""

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from identity.config import SENDS_PER_ADDRESS
from identity.core.gateways import Template, template_problems
from identity.core.phones import is_region
from identity.oidc.providers import Provider, provider_problems
from server.addresses import MAX_ADDRESSES
from server.storage import url_problem

DEMO_KEY = "devkey"
DEMO_SECRET = "zvonok-demo-secret-change-me-0123456789"
DEMO_ENVIRONMENT = {
    "ZVONOK_MODE": "demo",
    "ZVONOK_WEBHOOKS__ALLOW": "127.0.0.0/8",
    "ZVONOK_SMS__ADAPTER": "outbox",
}
MIN_SECRET_LENGTH = 32  # characters: the block HS256 wants, RFC 7518 section 3.2

PLATFORM_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")

PREFIX = "ZVONOK_"
API_KEY, API_SECRET = "ZVONOK_API_KEY", "ZVONOK_API_SECRET"


class ConfigError(ValueError):
    """The configuration cannot be used. `problems` holds one sentence for each thing to mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class HttpConfig:
    """Where pages, WebSockets and the HTTP interface are served."""

    host: str = "0.0.0.0"
    port: int = 7880
    public_url: str = ""
    """What people type, like "https://call.school.ru"; empty: taken from each request."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies that may say in X-Forwarded-For where a request comes from."""


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """Where media flows."""

    addresses: tuple[str, ...] = ()
    """Local addresses to bind, IPv4 or IPv6; empty: every address of this machine."""
    advertise: tuple[str, ...] = ()
    """Public addresses to tell clients instead, one for each of `addresses`, when a router translates them."""
    port: int = 7882
    """UDP port of the first forwarding thread; the next thread takes the next port. 0: any free port."""
    threads: int = 0
    """Forwarding threads; 0: one for each core but one, at least one."""
    realtime: bool = False
    """Ask for SCHED_FIFO (needs CAP_SYS_NICE): a steadier p99 on a busy machine."""


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """Where people, lessons and calls are kept."""

    url: str = "sqlite+aiosqlite:///data/zvonok.db"


@dataclass(frozen=True, slots=True)
class CallsConfig:
    """Rules of rooms."""

    auto_create: bool = True
    """A valid token may create its room. Rooms of a journal's calls always need their call to run."""
    max_participants: int = 300
    """Participants in one room."""
    exclusive: Literal["subject", "teacher"] = "subject"
    """Which running calls of a journal exclude each other: those of a class and subject, or all of a teacher."""
    simulate: bool = False
    """Answer LiveKit's SimulateScenario requests: for test suites only."""


@dataclass(frozen=True, slots=True)
class WebhooksConfig:
    """Where journals may have their events sent."""

    allow: tuple[str, ...] = ()
    """Addresses or networks of our own that webhooks may go to besides public ones, over plain HTTP too."""


@dataclass(frozen=True, slots=True)
class BigBlueButtonConfig:
    """Learning platforms that use BigBlueButton's interface; without any it is not served."""

    secrets: Mapping[str, str] = field(default_factory=dict)
    """Names of platforms and their shared secrets; each has meetings of its own."""


@dataclass(frozen=True, slots=True)
class LtiConfig:
    """Learning platforms that speak LTI 1.3."""

    registration_secret: str = ""
    """The end of the address at which platforms register; empty: none can."""
    allow: tuple[str, ...] = ()
    """Networks or addresses of our own in which platforms may be."""


@dataclass(frozen=True, slots=True)
class IdentitySection:
    """Educational profiles."""

    operator: str = ""
    """Who answers for the personal data, in the dative case, as in the consent's text: "Школе № 1"."""
    support: str = ""
    """Where to ask for help; shown on the sign-in page."""
    region: str = "RU"
    """The country of phone numbers that are written without one."""
    codes_per_address: int = SENDS_PER_ADDRESS
    """Messages with codes that one network address may ask for in an hour, and five times as many in a day."""


@dataclass(frozen=True, slots=True)
class SmsConfig:
    """How messages reach phones."""

    adapter: Literal["log", "gateway", "outbox"] = "log"
    """An HTTP gateway; the log of this server; a page that shows them to everybody (in the demo only)."""
    url: str = ""
    """The gateway's address. `{phone}`, `{digits}` (without the plus) and `{text}` stand for the message here and in
    `body`."""
    method: Literal["GET", "POST"] = "POST"
    headers: tuple[str, ...] = ()
    """Lines like "Authorization: Bearer ..."."""
    body_kind: Literal["form", "json"] = "json"
    body: str = ""
    marker: str = ""
    """A text in the gateway's answer that means success; empty: any answer with a status of 200 to 299 does."""

    @property
    def template(self) -> Template:
        return Template(self.url, self.method, self.headers, self.body_kind, self.body, self.marker)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the server is told from outside."""

    mode: Literal["production", "demo"] = "production"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    http: HttpConfig = field(default_factory=HttpConfig)
    media: MediaConfig = field(default_factory=MediaConfig)
    database: DatabaseConfig = field(default_factory=DatabaseConfig)
    calls: CallsConfig = field(default_factory=CallsConfig)
    webhooks: WebhooksConfig = field(default_factory=WebhooksConfig)
    bigbluebutton: BigBlueButtonConfig = field(default_factory=BigBlueButtonConfig)
    lti: LtiConfig = field(default_factory=LtiConfig)
    identity: IdentitySection = field(default_factory=IdentitySection)
    sms: SmsConfig = field(default_factory=SmsConfig)
    oidc: Mapping[str, Provider] = field(default_factory=dict)
    """Outside providers to sign in by, by their ids."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """API keys and their secrets."""


def load(path: Path | None, environment: Mapping[str, str]) -> Config:
    """Read the file (if any), lay the environment over it, check the whole. Raises ConfigError."""
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError([f"Cannot read {path}: {error.strerror}."]) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError([f"{path} is not valid TOML: {error}."]) from error
    problems: list[str] = []
    _lay_over(values, environment, problems)
    config = _build(Config, values, "", problems)
    if problems:
        raise ConfigError(problems)
    return _checked(config)


def demo(environment: Mapping[str, str]) -> Config:
    """What `zvonok demo` runs with: the demo key unless the environment brings another, webhooks to this machine,
    messages on a page. Raises ConfigError."""
    config = load(None, {**DEMO_ENVIRONMENT, **environment})
    return config if config.keys else replace(config, keys={DEMO_KEY: DEMO_SECRET})


def _lay_over(values: dict[str, Any], environment: Mapping[str, str], problems: list[str]) -> None:
    names = _environment_names()
    for name, text in environment.items():
        if not name.startswith(PREFIX) or name in (API_KEY, API_SECRET):
            continue
        if name not in names:
            problems.append(f"Unknown environment variable {name}{_nearest(name, names)}")
            continue
        section, key, kind = names[name]
        target = values.setdefault(section, {}) if section else values
        if isinstance(target, dict):
            target[key] = _from_text(text, kind)
    api_key, api_secret = environment.get(API_KEY), environment.get(API_SECRET)
    if api_key and api_secret:
        values["keys"] = {api_key: api_secret}
    elif api_key or api_secret:
        problems.append(f"{API_KEY} and {API_SECRET} belong together: set both.")


def _environment_names() -> dict[str, tuple[str, str, Any]]:
    found: dict[str, tuple[str, str, Any]] = {}
    for name, kind in get_type_hints(Config).items():
        if is_dataclass(kind):
            for key, inner in get_type_hints(kind).items():
                found[f"{PREFIX}{name.upper()}__{key.upper()}"] = (name, key, inner)
        elif get_origin(kind) is not Mapping:
            found[PREFIX + name.upper()] = ("", name, kind)
    return found


def _from_text(text: str, kind: Any) -> Any:
    """The TOML value a variable's text stands for; what does not fit stays text and fails the type check."""
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            return text
    if get_origin(kind) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind == Mapping[str, str] and "=" in text:
        pairs = (part.partition("=") for part in text.split(","))
        return {name.strip(): value.strip() for name, _, value in pairs}
    return text


def _build(kind: Any, values: Mapping[str, Any], place: str, problems: list[str]) -> Any:
    hints = get_type_hints(kind)
    known = {item.name for item in fields(kind)}
    taken: dict[str, Any] = {}
    for key, value in values.items():
        where = f"{place}{key}"
        if key not in known:
            problems.append(f"Unknown key {where}{_nearest(where, {place + name for name in known})}")
        elif is_dataclass(hints[key]):
            if isinstance(value, dict):
                taken[key] = _build(hints[key], value, f"{where}.", problems)
            else:
                problems.append(f"{where} must be a section: write [{where}] and its keys below it.")
        elif kind is Config and key == "oidc":
            taken[key] = _providers(value, problems)
        elif (typed := _typed(value, hints[key])) is None:
            got = "" if hints[key] == Mapping[str, str] else f", not {value!r}"  # secrets are in it
            problems.append(f"{where} must be {_described(hints[key])}{got}.")
        else:
            taken[key] = typed
    return kind(**taken)


def _providers(value: Any, problems: list[str]) -> dict[str, Provider]:
    if not isinstance(value, dict) or not all(isinstance(provider, dict) for provider in value.values()):
        problems.append("oidc must have a section for each provider: write [oidc.school] and its keys below it.")
        return {}
    return {name: _build(Provider, provider, f"oidc.{name}.", problems) for name, provider in value.items()}


def _typed(value: Any, kind: Any) -> Any:
    """The value as `kind`, or None when it is of another type."""
    if get_origin(kind) is Literal:
        return value if value in get_args(kind) else None
    if get_origin(kind) is tuple:
        return tuple(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else None
    if kind == Mapping[str, str]:
        return value if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()) else None
    if kind is float and type(value) is int:
        return float(value)
    return value if type(value) is kind else None


def _described(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in get_args(kind))
    if get_origin(kind) is tuple:
        return "a list of texts"
    if kind == Mapping[str, str]:
        return 'a section of key = "secret" lines'
    return {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}[kind]


def _nearest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(known))}."


def _checked(config: Config) -> Config:
    problems = [f"http.port must be 0 to 65535, not {config.http.port}."] if not _is_port(config.http.port) else []
    if not _is_port(config.media.port):
        problems.append(f"media.port must be 0 to 65535, not {config.media.port}.")
    if not 0 <= config.media.threads <= 64:
        problems.append(f"media.threads must be 0 (as many as the machine gives) to 64, not {config.media.threads}.")
    problems += _address_problems(config.media)
    if config.calls.max_participants < 2:
        problems.append(f"calls.max_participants must be at least 2, not {config.calls.max_participants}.")
    if config.http.public_url and not _is_origin(config.http.public_url):
        problems.append("http.public_url must be like https://call.school.ru, without a path.")
    for network in config.http.trusted_proxies:
        if not _is_network(network):
            problems.append(f"http.trusted_proxies must be addresses or networks like 10.0.0.0/8, not {network!r}.")
    for network in config.webhooks.allow:
        if not _is_network(network):
            problems.append(f"webhooks.allow must be addresses or networks like 10.0.0.0/8, not {network!r}.")
    if unusable := url_problem(config.database.url):
        problems.append(f"database.url: {unusable}.")
    problems += _platform_problems(config.bigbluebutton.secrets)
    problems += _lti_problems(config.lti)
    problems += provider_problems(config.oidc)
    problems += _identity_problems(config)
    problems += _secret_problems(config.keys, demo=config.mode == "demo")
    if problems:
        raise ConfigError(problems)
    return config


def _is_port(number: int) -> bool:
    return 0 <= number <= 65535


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return known and parts.username is None and f"{parts.scheme}://{parts.netloc}" == url.rstrip("/")


def _identity_problems(config: Config) -> list[str]:
    problems = []
    if not is_region(config.identity.region):
        problems.append(f'identity.region must be the code of a country like "RU", not {config.identity.region!r}.')
    if config.identity.codes_per_address < 1:
        problems.append(f"identity.codes_per_address must be at least 1, not {config.identity.codes_per_address}.")
    if config.sms.adapter == "gateway":
        problems += [f"sms.{problem}" for problem in template_problems(config.sms.template)]
    if config.sms.adapter == "outbox" and config.mode != "demo":
        problems.append('sms.adapter = "outbox" shows everybody\'s codes to everybody: it is for `zvonok demo` only.')
    return problems


def _address_problems(media: MediaConfig) -> list[str]:
    problems = []
    for name, addresses in (("addresses", media.addresses), ("advertise", media.advertise)):
        wrong = [address for address in addresses if not _is_address(address)]
        problems += [f"media.{name} must be IPv4 or IPv6 addresses, not {address!r}." for address in wrong]
    if len(media.addresses) > MAX_ADDRESSES:
        problems.append(f"media.addresses may be {MAX_ADDRESSES}, not {len(media.addresses)}.")
    if media.advertise and len(media.advertise) != len(media.addresses):
        problems.append("media.advertise needs one address for each of media.addresses.")
    return problems


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _platform_problems(secrets: Mapping[str, str]) -> list[str]:
    where = "bigbluebutton.secrets"
    problems = [
        f"{where}.{name} must be at least {MIN_SECRET_LENGTH} printable characters without blanks."
        for name, secret in secrets.items()
        if len(secret) < MIN_SECRET_LENGTH or not secret.isascii() or not secret.isprintable() or " " in secret
    ]
    if len(set(secrets.values())) < len(secrets):
        problems.append(f"{where} must all differ: a secret tells which platform asks.")
    return problems + [
        f"{where}: the name {name!r} must be 1 to 60 letters, digits, - or _."
        for name in secrets
        if not PLATFORM_NAME.fullmatch(name)
    ]


def _lti_problems(lti: LtiConfig) -> list[str]:
    secret = lti.registration_secret
    problems = [
        f"lti.allow must be addresses or networks like 10.0.0.0/8, not {network!r}."
        for network in lti.allow
        if not _is_network(network)
    ]
    if secret and (len(secret) < MIN_SECRET_LENGTH or not secret.isascii() or not secret.isalnum()):
        problems.append(
            f"lti.registration_secret needs {MIN_SECRET_LENGTH} Latin letters and digits: it is in an address."
        )
    return problems


def _secret_problems(keys: Mapping[str, str], *, demo: bool) -> list[str]:
    if not keys:
        return [] if demo else [f"No API key: add a [keys] section or set {API_KEY} and {API_SECRET}."]
    problems = []
    for key, secret in keys.items():
        if not demo and (secret == DEMO_SECRET or key == DEMO_KEY):
            problems.append(f"keys.{key} is the demo's: everybody knows it. Make a pair with `zvonok new-key`.")
        elif len(secret) < MIN_SECRET_LENGTH:
            problems.append(f"The secret of keys.{key} is shorter than {MIN_SECRET_LENGTH} characters.")
    return problems
