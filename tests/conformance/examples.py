"""Values of every field kind: what clients send, the canonical form they get back, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image

from tests.world import Caller

ONE, TWO = "01920000-0000-7000-8000-000000000001", "01920000-0000-7000-8000-000000000002"
"""Stand for two accounts; a test that stores them puts real ids in their place (`placed`)."""
ME = "01920000-0000-7000-8000-00000000000a"
"""Stands for a user."""
FILE, OTHER_FILE, PICTURE = (f"01920000-0000-7000-8000-0000000000f{n}" for n in range(3))
"""Stand for uploaded files; each record needs files of its own (`uploaded`)."""


@dataclass(frozen=True)
class Examples:
    """`good`: (sent, canonical), no two equal in canonical form; `bad`: (sent, code of the first fault).

    `definition` is what a field of the kind needs besides name and kind; `empty` are values that
    leave the field empty. `cells`: (text of a cell, canonical), `bad_cells` are texts that are refused.
    """

    good: tuple[tuple[Any, Any], ...] = ()
    bad: tuple[tuple[Any, str], ...] = ()
    definition: tuple[tuple[str, Any], ...] = ()
    empty: tuple[Any, ...] = ()
    cells: tuple[tuple[str, Any], ...] = ()
    bad_cells: tuple[str, ...] = ()


def same(*values: Any) -> tuple[tuple[Any, Any], ...]:
    """Values that are their own canonical form."""
    return tuple((value, value) for value in values)


def nested(depth: int) -> Any:
    """Lists in lists."""
    return [nested(depth - 1)] if depth > 1 else []


def dot() -> bytes:
    """A very small image."""
    made = BytesIO()
    Image.new("RGB", (2, 1)).save(made, "PNG")
    return made.getvalue()


WORDS = same(
    "Ärzte", "arzt", "Arzt", "zebra", "  two spaces  ", "O'Hara \"quoted\" \\ %_", "日本語 🙂", "é", "e\u0301",
    "null", "\t", "line\u2028break", "x" * 300,
)  # fmt: skip
OPTIONS = (("options", ["Small", "Medium", {"key": "xl", "label": "Extra large", "colour": "red"}]),)

EXAMPLES: dict[str, Examples] = {
    "text": Examples(
        good=(*WORDS, ("y" * 4_000, "y" * 4_000)),
        bad=((1, "wrong_type"), (["a"], "wrong_type"), ({}, "wrong_type"), (True, "wrong_type"), ("a\0b", "bad_text"), ("\ud800", "bad_text"), ("z" * 4_001, "too_long")),
        empty=("",),
    ),
    "long_text": Examples(
        good=(*WORDS, *same("several\nlines\r\nof text", "w" * 100_000)),
        bad=((2.5, "wrong_type"), ([], "wrong_type"), ("\0", "bad_text"), ("x" * 100_001, "too_long")),
        empty=("",),
    ),
    "rich_text": Examples(
        good=(
            *same(
                "plain", "<p>Ärzte</p>", "<p>arzt</p>", "<h2>Plan</h2><ul><li><p><strong>one</strong></p></li><li>two</li></ul>", "<pre>x\n  y</pre>", "<p>1 &lt; 2 &amp; 3</p>",
                '<p><a href="https://a.example/?a=1&amp;b=2" rel="noopener noreferrer">link</a></p>', "<p>" + "w" * 99_993 + "</p>",
            ),
            ('<p onclick="x()" style="color:red" class="a" id="b">kept</p>', "<p>kept</p>"), ("<script>alert(1)</script><p>safe</p>", "<p>safe</p>"), ("<img src=x onerror=alert(1)>text", "text"),
            ('<a href="javascript:alert(1)">js</a>', '<a rel="noopener noreferrer">js</a>'), ('<a href="/here">rel</a>', '<a rel="noopener noreferrer">rel</a>'), ("<B>loud", "<b>loud</b>"),
            ("<pre>\n\nline</pre>", "<pre>line</pre>"), ("<form><table><tr><td>cell</td></tr></table></form>", "cell"),
        ),
        bad=((1, "wrong_type"), ([], "wrong_type"), ("a\0b", "bad_text"), ("x" * 100_001, "too_long"), ("&" * 30_000, "too_large"), ("<blockquote>" * 100 + "x", "too_deep"), ("<ul><li>" * 5_000, "too_deep")),
        empty=("", "<p></p>", "<p>&nbsp;</p>", "<script>x</script>", "<p><br></p>"),
        cells=(("one\n\ntwo & <three", "<p>one</p><p>two &amp; &lt;three</p>"), ("<p>html</p>", "<p>html</p>"), ("see <b>this</b>", "see <b>this</b>")),
    ),
    "number": Examples(
        good=(
            (0, 0), (-1, -1), (Decimal("1.50"), Decimal("1.5")), (Decimal("2.0"), 2), (Decimal("1E+3"), 1000), (Decimal("0.0000000001"), Decimal("0.0000000001")),
            (999_999_999_999_999_999, 999_999_999_999_999_999), (Decimal("-99999999999.0000000001"), Decimal("-99999999999.0000000001")), (Decimal("1e-2"), Decimal("0.01")),
        ),
        bad=(("1", "wrong_type"), (True, "wrong_type"), ([1], "wrong_type"), (10**18, "out_of_range"), (Decimal("1e-11"), "out_of_range"), (Decimal("NaN"), "out_of_range"), (Decimal("1e400"), "out_of_range")),
    ),
    "percent": Examples(
        good=((Decimal("12.5"), Decimal("12.5")), (0, 0), (100, 100), (-5, -5), (Decimal("250.00"), 250)),
        bad=(("12", "wrong_type"), (False, "wrong_type"), (10**19, "out_of_range")),
    ),
    "rating": Examples(
        good=(*same(1, 3, 5), (Decimal("4.0"), 4)),
        bad=((0, "out_of_range"), (6, "out_of_range"), (-1, "out_of_range"), (Decimal("2.5"), "out_of_range"), ("3", "wrong_type"), (True, "wrong_type"), ([3], "wrong_type"), (Decimal("NaN"), "out_of_range")),
        cells=(("4", 4), (" 5 ", 5), ("4.0", 4), ("4/5", 4), ("3 ★", 3), ("★★☆☆☆", 2)), bad_cells=("", "good", "6", "2.5", "4/10", "★★★★★★"),
    ),
    "duration": Examples(
        good=(*same(0, 1, 90, 5400, 187_200, 9_999_999_999), (Decimal("12.500"), Decimal("12.5")), (Decimal("0.001"), Decimal("0.001"))),
        bad=(("1:30", "wrong_type"), (-1, "out_of_range"), (10**10, "out_of_range"), (Decimal("0.0001"), "out_of_range"), (True, "wrong_type"), ({}, "wrong_type"), (Decimal("Infinity"), "out_of_range")),
        cells=(
            ("5400", 5400), ("1,000.5", Decimal("1000.5")), ("1:30", 5400), ("0:00:12,5", Decimal("12.5")), ("90 min", 5400), ("1,5 h", 5400), ("1.5h", 5400), ("2d 4h", 187_200),
            ("1h30", 5400), ("2 T 4 h", 187_200), ("1 Std. 30 Min.", 5400), ("1 hour and 5 minutes", 3900), ("PT1H30M", 5400), ("P1DT0.5S", Decimal("86400.5")), (" P2W ", 1_209_600), ("1,1 h", 3960),
        ),
        bad_cells=("", "soon", "1:75", "P", "PT", "P1M", "5 parsecs", "1 h x", "-5", "-5 min", "9" * 30 + " d", "1" * 5_000 + ":30"),
    ),
    "money": Examples(
        good=(
            ({"amount": "12.5", "currency": "EUR"}, {"amount": "12.50", "currency": "EUR"}),
            ({"amount": "0"}, {"amount": "0.00", "currency": "EUR"}),
            ({"amount": 3, "currency": "JPY"}, {"amount": "3", "currency": "JPY"}),
            ({"amount": "-7.125", "currency": "USD"}, {"amount": "-7.125", "currency": "USD"}),
            ({"amount": " 5.1 ", "currency": "KWD"}, {"amount": "5.100", "currency": "KWD"}),
            ({"amount": "99999999999999999.99", "currency": "CHF"}, {"amount": "99999999999999999.99", "currency": "CHF"}),
        ),
        bad=(
            ("12", "wrong_type"), (12, "wrong_type"), ({}, "required"), ({"amount": "1,5"}, "bad_amount"), ({"amount": "1e5"}, "bad_amount"), ({"amount": "-"}, "bad_amount"),
            ({"amount": "1", "currency": "EURO"}, "bad_currency"), ({"amount": "1", "currency": []}, "bad_currency"), ({"amount": "1", "cents": 1}, "unknown_field"), ({"amount": "1" * 30}, "out_of_range"),
        ),
    ),
    "boolean": Examples(good=same(True, False), bad=((1, "wrong_type"), ("true", "wrong_type"), ([], "wrong_type"))),
    "date": Examples(
        good=same("2026-11-22", "2024-02-29", "0001-01-01", "9999-12-31", "1969-12-31"),
        bad=(("2026-02-29", "bad_date"), ("2026-1-1", "bad_date"), ("22.11.2026", "bad_date"), ("2026-11-22T00:00:00Z", "bad_date"), (20261122, "wrong_type"), ("", "bad_date"), ("０００1-01-01", "bad_date"), ("0000-01-01", "bad_date")),
    ),
    "moment": Examples(
        good=(
            ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"), ("2026-11-22T10:00:00.120+01:00", "2026-11-22T09:00:00.12Z"), ("2026-11-22 10:01z", "2026-11-22T10:01:00Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"), ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"), ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ),
        bad=(("2026-11-22T10:00:00", "bad_moment"), ("2026-11-22", "bad_moment"), ("2026-11-22T25:00:00Z", "bad_moment"), ("0001-01-01T00:00:00+14:00", "bad_moment"), (0, "wrong_type"), ("now", "bad_moment")),
    ),
    "choice": Examples(
        good=same("small", "medium", "xl"), definition=OPTIONS,
        bad=(("Small", "unknown_option"), ("", "unknown_option"), (1, "wrong_type"), (["small"], "wrong_type"), ("x\0", "unknown_option")),
    ),
    "choices": Examples(
        good=((["xl", "small", "xl"], ["small", "xl"]), (["medium"], ["medium"])), definition=OPTIONS, empty=([],),
        bad=(("small", "wrong_type"), (["huge"], "unknown_option"), ([1], "wrong_type"), ({"small": True}, "wrong_type")),
    ),
    "person_name": Examples(
        good=(
            *same({"first": "Ada", "last": "Lovelace"}, {"last": "Ärzte"}, {"first": "Zoë"}, {"first": "Anna", "last": "Berg", "middle": "M.", "prefix": "Dr.", "suffix": "jr."}, {"prefix": "Mx"}),
            ({"last": "Feld", "first": "", "middle": None}, {"last": "Feld"}),
        ),
        bad=(("Ada", "wrong_type"), ({"first": 1}, "wrong_type"), ({"given": "Ada"}, "unknown_field"), ({"last": "x\0"}, "bad_text"), ({"last": "x" * 501}, "too_long")),
        empty=({}, {"first": ""}),
    ),
    "emails": Examples(
        good=(
            ("ada@example.com", [{"value": "ada@example.com"}]), ([" bo@example.com "], [{"value": "bo@example.com"}]),
            ([{"value": "a.b+c@ex.example", "label": "Work", "primary": True}, {"value": "second@ex.example", "primary": False}], [{"value": "a.b+c@ex.example", "label": "Work", "primary": True}, {"value": "second@ex.example"}]),
            ("grüße@bücher.example", [{"value": "grüße@bücher.example"}]),
        ),
        bad=(("ada", "bad_email"), (["a@b@c"], "bad_email"), ([{"label": "Work"}], "wrong_type"), ([{"value": "a@b.example", "colour": 1}], "unknown_field"), (3, "wrong_type"), ([{"value": "a@b.c", "primary": True}, {"value": "b@b.c", "primary": True}], "duplicate"), ("a b@example.com", "bad_email")),
        empty=([],),
    ),
    "phones": Examples(
        good=(("+49 30 1234567", [{"value": "+49 30 1234567"}]), ([{"value": "(555) 010-0199 ext. 7", "label": "Home"}], [{"value": "(555) 010-0199 ext. 7", "label": "Home"}]), (["112", "110"], [{"value": "112"}, {"value": "110"}])),
        bad=(("call me", "bad_phone"), ("1", "bad_phone"), (["+49\n30"], "bad_phone"), (4930, "wrong_type"), ({"value": "112"}, "wrong_type")),
        empty=([],),
    ),
    "address": Examples(
        good=(
            *same({"street": "Hauptstr. 1\nHinterhaus", "postal_code": "10115", "city": "Berlin", "region": "BE", "country": "DE"}, {"city": "Åbo"}, {"country": "US"}),
            ({"city": "Lyon", "country": "fr"}, {"city": "Lyon", "country": "FR"}),
        ),
        bad=(("Berlin", "wrong_type"), ({"town": "x"}, "unknown_field"), ({"country": "Germany"}, "bad_country"), ({"country": "XX"}, "bad_country"), ({"city": 1}, "wrong_type"), ({"street": "x" * 1_001}, "too_long")),
        empty=({}, {"city": ""}),
    ),
    "location": Examples(
        good=(
            *same({"lat": Decimal("52.52"), "lon": Decimal("13.405")}, {"lat": 90, "lon": -180}, {"lat": 0, "lon": 0}, {"lat": Decimal("-33.8567844"), "lon": Decimal("151.2152967")}, {"lat": Decimal("0.0000001"), "lon": 0}),
            ({"lon": Decimal("13.40"), "lat": Decimal("52.123456789")}, {"lat": Decimal("52.1234568"), "lon": Decimal("13.4")}),
        ),
        bad=(
            ("52.52, 13.405", "wrong_type"), ([52, 13], "wrong_type"), ({}, "required"), ({"lat": 1}, "required"), ({"lat": "1", "lon": 1}, "wrong_type"), ({"lat": True, "lon": 1}, "wrong_type"),
            ({"lat": Decimal("90.0000001"), "lon": 1}, "out_of_range"), ({"lat": 1, "lon": -181}, "out_of_range"), ({"lat": Decimal("NaN"), "lon": 1}, "out_of_range"), ({"lat": 1, "lon": 1, "alt": 1}, "unknown_field"),
            ({"lat": Decimal("1e400"), "lon": 1}, "out_of_range"),
        ),
        cells=(*(
            (text, {"lat": Decimal("52.52"), "lon": Decimal("13.405")})
            for text in (
                "52.52, 13.405", " 52.52 13.405", "52.52;13.405", "52,52; 13,405", '{"lat": 52.52, "lon": 13.405}', "geo:52.52,13.405", "geo:52.52,13.405;u=35?z=9", "52°31'12\"N 13°24'18\"E", "52.52° N, 13.405° E",
                "https://maps.example/@52.52,13.405,17z/data", "https://maps.example/?q=52.52%2C13.405", "https://map.example/#map=15/52.52/13.405", "https://map.example/?mlat=52.52&mlon=13.405#map=3/1/2",
            )
        ), ("33°51'24.4\"S 151°12'55.1\"W", {"lat": Decimal("-33.8567778"), "lon": Decimal("-151.2153056")})),
        bad_cells=("", "Berlin", "52.52", "91, 0", "0, 181", "1, 2, 3", "https://example.com/", "52,52, 13,405"),
    ),
    "links": Examples(
        good=(("https://example.com/a?b=c#d", [{"value": "https://example.com/a?b=c#d"}]), ("example.com", [{"value": "example.com"}]), ([{"value": "mailto:a@example.com", "label": "Post"}], [{"value": "mailto:a@example.com", "label": "Post"}])),
        bad=(("javascript:alert(1)", "bad_link"), ("JavaScript:alert(1)", "bad_link"), ("data:text/html,x", "bad_link"), ("https://", "bad_link"), ("two words", "bad_link"), ("https://[", "bad_link"), (1, "wrong_type")),
        empty=([],),
    ),
    "relation": Examples(
        good=((ONE, ONE), (TWO.upper(), TWO)), definition=(("to", "account"),),
        bad=(("", "bad_id"), ("1", "bad_id"), (7, "wrong_type"), ({"id": ONE}, "wrong_type"), ([ONE], "wrong_type")),
    ),
    "about": Examples(
        good=((({"object": "account", "id": ONE},), [{"object": "account", "id": ONE}]), ([{"object": "account", "id": TWO}, {"object": "account", "id": ONE}, {"object": "account", "id": TWO}], [{"object": "account", "id": TWO}, {"object": "account", "id": ONE}])),
        definition=(("to", ["account", "contact"]),), empty=([],),
        bad=((ONE, "wrong_type"), ([ONE], "wrong_type"), ([{"object": "case", "id": ONE}], "bad_target"), ([{"object": "account", "id": "x"}], "bad_id"), ([{"object": "account"}], "wrong_type"), ([{"object": ["account"], "id": ONE}], "bad_target")),
    ),
    "many": Examples(
        good=(
            ([{"id": ONE, "role": "Guest"}], [{"object": "account", "id": ONE, "role": "Guest"}]),
            ([{"id": TWO, "role": "Lead"}, {"object": "account", "id": ONE, "role": None}], [{"object": "account", "id": TWO, "role": "Lead"}, {"object": "account", "id": ONE, "role": None}]),
        ),
        definition=(("to", "account"), ("fields", [{"name": "role", "kind": "text"}])), empty=([],),
        bad=((ONE, "wrong_type"), ([7], "wrong_type"), ([{"role": "Lead"}], "wrong_type"), ([{"object": "case", "id": ONE}], "bad_target"), (["x"], "bad_id"), ([ONE, {"id": ONE}], "duplicate")),
    ),
    "reference": Examples(
        good=(({"object": "account", "id": ONE}, {"object": "account", "id": ONE}), ({"object": "account", "id": TWO.upper()}, {"object": "account", "id": TWO})),
        definition=(("to", ["account", "contact"]),),
        bad=((ONE, "wrong_type"), ([{"object": "account", "id": ONE}], "wrong_type"), ({"object": "case", "id": ONE}, "bad_target"), ({"object": "account", "id": "x"}, "bad_id"), ({"object": "account"}, "wrong_type"), ({"object": None, "id": ONE}, "bad_target"), ({"object": "account", "id": ONE, "x": 1}, "wrong_type")),
    ),
    "user": Examples(good=((ME, ME),), bad=(("nora", "bad_id"), (None.__class__.__name__, "bad_id"), ([], "wrong_type"))),
    "tags": Examples(
        good=((["b", "a", "b"], ["b", "a"]), (["Ä tag, with «signs»", '{"}'], ["Ä tag, with «signs»", '{"}']), (["NULL", "null"], ["NULL", "null"])),
        bad=(("a", "wrong_type"), ([""], "required"), ([1], "wrong_type"), (["x" * 101], "too_long"), (["\0"], "bad_text"), ([str(n) for n in range(201)], "too_long")),
        empty=([],),
    ),
    "file": Examples(
        good=same(
            [{"id": FILE, "name": "offer.txt", "type": "text/plain", "size": 5}],
            [{"id": OTHER_FILE, "name": "Größe 日本.bin", "type": "application/octet-stream", "size": 3}],
        ),
        bad=((1, "wrong_type"), ("offer.txt", "bad_id"), ([1], "wrong_type"), ({"name": "x"}, "wrong_type"), ({"id": FILE, "name": 1}, "wrong_type"), ({"id": FILE, "url": "x"}, "unknown_field"), ([FILE, FILE], "duplicate"), ([{"id": FILE, "name": "x" * 201}], "too_long"), ([FILE] * 21, "too_long")),
        empty=([],), cells=((f"{FILE}; {OTHER_FILE}", [{"id": FILE}, {"id": OTHER_FILE}]), (f'{{"id": "{FILE}", "name": "../b.txt"}}', [{"id": FILE, "name": "b.txt"}])), bad_cells=("offer.txt", "{"),
    ),
    "image": Examples(
        good=same([{"id": PICTURE, "name": "dot.png", "type": "image/png", "size": len(dot()), "width": 2, "height": 1}]),
        bad=(({}, "wrong_type"), (True, "wrong_type"), ("dot.png", "bad_id")), empty=([],), cells=((PICTURE, [{"id": PICTURE}]),),
    ),
    "json": Examples(
        good=(
            *same({"a": [1, {"b": None}], "ü": "x"}, [True, False], [1, 0], True, 0, "text", [None], [[]], {"": ""}, 12345678901234567890123, {"~/": Decimal("-0.5")}),
            ({"price": Decimal("12.50")}, {"price": Decimal("12.5")}), ([Decimal("1e20"), Decimal("-0.0")], [10**20, 0]),
            (Decimal("3.14159265358979323846264338327950288419716939937510"), Decimal("3.1415926535897932384626433832795028841971693993751")), ("x" * 65_000, "x" * 65_000),
        ),
        bad=(
            ("x" * 65_535, "too_large"), (["ä" * 40_000], "too_large"), ("a\0b", "bad_text"), ({"a\0": 1}, "bad_text"), ([Decimal("1e100")], "out_of_range"), ([Decimal("1e-101")], "out_of_range"),
            (Decimal("NaN"), "out_of_range"), (nested(33), "too_deep"),
        ),
        empty=({}, [], ""), cells=(('{"a": 12.50}', {"a": Decimal("12.5")}), (" [1] ", [1]), ("null", None), ('"x"', "x")), bad_cells=("", "{", "{'a': 1}", "x"),
    ),
    "auto_number": Examples(good=same(1, 2, 999_999_999), bad=(("1", "wrong_type"),)),
    "formula": Examples(definition=(("formula", "number * 2"),)),
    "rollup": Examples(definition=(("of", "parts"), ("fn", "sum"), ("field", "number"))),
    "id": Examples(good=((ONE.upper(), ONE), (TWO, TWO)), bad=(("x", "bad_id"), (1, "wrong_type"))),
    "version": Examples(good=same(1, 2), bad=(("1", "wrong_type"),)),
}  # fmt: skip


def placed(value: Any, ids: dict[str, str]) -> Any:
    """The value with real ids in place of the stand-ins, also of those written in capitals."""
    if isinstance(value, str):
        if value in ids:
            return ids[value]
        return ids[value.lower()].upper() if value.lower() in ids else value
    if isinstance(value, list | tuple):
        return [placed(member, ids) for member in value]
    return {key: placed(member, ids) for key, member in value.items()} if isinstance(value, dict) else value


def uploaded(caller: Caller) -> dict[str, str]:
    """Stand-in → id of a file that nobody has attached yet."""
    contents = {FILE: ("offer.txt", b"hello"), OTHER_FILE: ("Größe 日本.bin", b"\0\1\2"), PICTURE: ("dot.png", dot())}
    made = {}
    for stand_in, (name, content) in contents.items():
        made[stand_in] = caller.post("/files", files={"file": (name, content)})["id"]
    return made
