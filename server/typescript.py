"""TypeScript types of the messages between page and server: `python -m server.typescript` prints them.

In: the Structs of `signalling/core/call/messages.py`. Out: the text of `web/src/protocol/classroom.ts`.
"""

import inspect
import types
import typing
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from signalling.core.call import messages

HEAD = """/**
 * The messages of a call's own socket. Made by `make types` from signalling/core/call/messages.py; never edited.
 */
"""
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}
BASES = (messages.Value, messages.Request, messages.Message)


def text() -> str:
    """The whole file."""
    found = [item for item in vars(messages).values() if inspect.isclass(item) and issubclass(item, messages.Value)]
    structs = [struct for struct in found if struct not in BASES]
    aliases = {name: item for name, item in vars(messages).items() if name[0].isupper() and get_origin(item) is Literal}
    limits = {name: item for name, item in vars(messages).items() if name.startswith("MAX_") and type(item) is int}
    parts = [HEAD]
    parts.append("\n".join(f"export const {name} = {value};" for name, value in limits.items()))
    parts.append("\n".join(f"export type {name} = {_type(item, {})};" for name, item in aliases.items()))
    parts += [_interface(struct, {item: name for name, item in aliases.items()}) for struct in structs]
    parts += [_union(name) for name in ("AnyRequest", "AnyMessage")]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _interface(struct: type[msgspec.Struct], aliases: dict[Any, str]) -> str:
    config = struct.__struct_config__
    lines = [f'  readonly {config.tag_field}: "{config.tag}";'] if config.tag_field else []
    defaults = len(struct.__struct_fields__) - len(struct.__struct_defaults__)
    hints = typing.get_type_hints(struct)
    for place, name in enumerate(struct.__struct_fields__):
        optional = "?" if config.omit_defaults and place >= defaults else ""
        lines.append(f"  readonly {name}{optional}: {_type(hints[name], aliases)};")
    summary = inspect.cleandoc(struct.__doc__ or "").replace("\n", "\n * ")
    comment = f"/** {summary} */" if "\n" not in summary else f"/**\n * {summary}\n */".replace(" * \n", " *\n")
    return f"{comment}\nexport interface {struct.__name__} {{\n" + "\n".join(lines) + "\n}"


def _union(name: str) -> str:
    members = "\n".join(f"  | {member.__name__}" for member in get_args(getattr(messages, name)))
    return f"export type {name} =\n{members};"


def _type(hint: Any, aliases: dict[Any, str]) -> str:
    if hint in aliases:
        return aliases[hint]
    if hint in PLAIN:
        return PLAIN[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in inner)
    if origin in (Union, types.UnionType):
        return " | ".join(_type(member, aliases) for member in inner)
    if origin is tuple:
        return f"readonly {_type(inner[0], aliases)}[]"
    if inspect.isclass(hint) and issubclass(hint, msgspec.Struct):
        return hint.__name__
    raise TypeError(f"no TypeScript for {hint}")


if __name__ == "__main__":
    print(text(), end="")
