"""Every limit that a client can meet, told from the constants that set it: docs/api.md has this very table, and a test
holds the two together.
"""

from __future__ import annotations

import sys

from relata.api import auth, bulk, edge, records, search
from relata.kernel import installation
from relata.kernel.expression import filter as filters
from relata.kernel.expression import grammar, lexer, operators
from relata.kernel.files import image, upload
from relata.kernel.history import journal
from relata.kernel.identity import people
from relata.kernel.jobs import asked as scheduling
from relata.kernel.jobs import recurrence, schedules
from relata.kernel.metadata import check
from relata.kernel.metadata.kinds import checks, entries, file, long_text
from relata.kernel.query import aggregate, language
from relata.kernel.query import reading as asked
from relata.kernel.query import search as hits
from relata.kernel.records import batch
from relata.kernel.schema import reading


def size(number: int) -> str:
    return f"{number:,}"


ROWS: tuple[tuple[str, str, str], ...] = (
    ("body of a request", f"{size(edge.LARGEST)} bytes", "413"),
    ("body of a batch", f"{size(records.LARGE_BATCH)} bytes", "413"),
    ("body of a bulk, streamed to disk", f"{size(bulk.LARGEST)} bytes", "413"),
    ("uploaded file (a setting)", f"{size(upload.LARGEST)} bytes", "413"),
    (
        "pixels of an image, of all its frames; frames",
        f"{size(image.PIXELS)}, {size(image.ALL_PIXELS)}; {image.FRAMES}",
        "422",
    ),
    ("files that wait for being attached, of a person or key", str(upload.MOST_FREE), "409"),
    ("files of a field; characters of a name", f"{file.MOST}; {file.LONGEST}", "422"),
    ("body of a sign-in", f"{size(auth.LARGEST)} bytes", "413"),
    ("time for sending a body; of a bulk, between two pieces", f"{edge.READING:g} s", "408"),
    ("nesting of a JSON body", f"about {size(sys.getrecursionlimit())} levels", "400"),
    ("records of a page", size(language.MOST), "422"),
    ("fields of a question", size(asked.MOST_FIELDS), "422"),
    ("terms of a sort", str(asked.MOST_ORDERS), "422"),
    ("text of «q»", f"{asked.LONGEST} characters", "422"),
    ("conditions of a filter", str(filters.CONDITION_LIMIT), "422"),
    ("nesting of a filter", f"{filters.DEPTH_LIMIT} levels", "422"),
    ("members of «in»", size(operators.LIST_LIMIT), "422"),
    ("text of a formula", f"{size(lexer.SOURCE_LIMIT)} characters", "422"),
    ("parts of a formula", f"{grammar.NODE_LIMIT}, {grammar.DEPTH_LIMIT} levels", "422"),
    ("groups, measures, conditions of «having»", f"{aggregate.MEMBERS} each", "422"),
    ("rows of an aggregate", size(aggregate.MOST), "422"),
    ("changes of a batch", size(batch.MOST), "422"),
    ("changes of a page of history", str(journal.MOST), "422"),
    ("hits of a search", str(hits.MOST), "422"),
    ("records of a question for titles", str(search.REFS), "422"),
    ("text, long text", f"{size(checks.LINE)}, {size(long_text.LongText.longest)} characters", "422"),
    ("members of a list; e-mails, phones, links of a field", f"{checks.LIST}; {entries.MOST}", "422"),
    ("objects of a workspace, fields of an object", f"{reading.MOST_OBJECTS}, {reading.MOST_FIELDS}", "409, 422"),
    (
        "schedules of a workspace; text of a rule; what one does",
        f"{schedules.MOST}; {recurrence.LONGEST} characters; {size(scheduling.LARGEST)} bytes",
        "409, 422",
    ),
    ("rules of an object; text of a message", f"{check.MOST_CHECKS}; {check.LONGEST_MESSAGE} characters", "422"),
    ("time of one statement", f"{installation.LONGEST} s", "503"),
    ("time of waiting for a connection", f"{installation.FREE:g} s", "503"),
    ("wrong passwords of an address", f"{people.ATTEMPTS} in {people.WINDOW}", "401"),
)


def table() -> str:
    """As Markdown."""
    lines = [f"| {what} | {most} | {status} |" for what, most, status in ROWS]
    return "\n".join(["| limit | at most | beyond it |", "|---|---|---|", *lines])
