"""The XML body of BigBlueButton's `create`. Invariant: a small number of documents or `validationError`; nothing is
fetched or expanded, whatever the bytes are."""

from journal_bridge.core import bbb_xml
from journal_bridge.core.bbb import BbbError

SEEDS: tuple[bytes, ...] = (
    b"",
    b"<modules/>",
    b'<?xml version="1.0" encoding="UTF-8"?><modules><module name="presentation"><document url="https://x/a.pdf"/>'
    b'<document name="b.txt">YQ==</document></module></modules>',
    b'<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><modules>&b;</modules>',
    b'<?xml version="1.0" encoding="utf-16"?><modules/>',
    b"<modules xmlns:a='b'><a:module/></modules>",
)


def fuzz(data: bytes) -> None:
    try:
        count = bbb_xml.documents(data)
    except BbbError as error:
        assert error.key == "validationError"
    else:
        assert 0 <= count <= bbb_xml.MAX_DOCUMENTS
