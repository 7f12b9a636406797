"""A roster as NDJSON. Invariant: a plan whose values keep the limits and which, carried out, leaves nothing to change;
or at least one error. Nothing is raised."""

from tests.fuzz.target_oneroster_zip import check

SEEDS: tuple[bytes, ...] = (
    b'{"type":"school","ext_id":"s1","name":"A"}\n{"type":"class","ext_id":"7v","school":"s1","title":"7V"}\n'
    b'{"type":"subject","ext_id":"a","title":"A"}\n'
    b'{"type":"person","ext_id":"t","role":"teacher","family_name":"I","given_name":"A"}\n'
    b'{"type":"person","ext_id":"s","role":"student","family_name":"I","given_name":"A","birth_date":"2012-05-31"}\n'
    b'{"type":"enrollment","class":"7v","subject":"a","teachers":["t"],"students":["s","ext:s"]}\n',
    b'{"type":"person","ext_id":"p","role":"parent","family_name":"I","given_name":"A","children":["s","p"]}\n',
    b'{"type":"enrollment","class":"7v","subject":"a","teachers":["t"],"students":["t"]}',
    b'\xff\n\n[[[[\n{"type":"school","ext_id":"\\ud800"}',
)


def fuzz(data: bytes) -> None:
    check(data, "ndjson")
