"""Which column goes into which field: guessed from the names, overruled by whoever imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process

from relata.errors import Fault, Invalid
from relata.kernel.expression.fold import fold
from relata.kernel.importing.synonyms import SYNONYMS, TITLES
from relata.kernel.metadata.field import Field, humanise, slug
from relata.kernel.metadata.kinds import KINDS
from relata.kernel.metadata.object import Object
from relata.kernel.records.cells import column_of


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column goes: a field, or a part of one. `new` fields are made by the import."""

    field: Field
    part: str | None = None
    new: bool = False

    @property
    def name(self) -> str:
        return f"{self.field.name}.{self.part}" if self.part else self.field.name


@dataclass(slots=True)
class Matching:
    """Column → targets; the fields by which rows are matched; why a column goes where it goes."""

    targets: dict[str, list[Target]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    @property
    def unmapped(self) -> list[str]:
        """Columns that go nowhere though nobody said so."""
        return [column for column, targets in self.targets.items() if not targets and column not in self.skipped]


def words(text: str) -> str:
    """«deal_stage», «Deal stage» and «DealStage» are the same words."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return " ".join(re.split(r"[^\w]+|_+", fold(spaced))).strip()


def match_columns(object_: Object, header: Sequence[str], said: Mapping[str, str], key: str | None) -> Matching:
    """The matching of a file's columns. `said` maps a column to a field, to «+name» for a new number or
    text field, or to nothing; `key` names a column or a field. Raises Invalid with every fault.
    """
    matching = Matching({column: [] for column in header})
    faults: list[Fault] = []
    for column, wanted in said.items():
        if column not in matching.targets:
            faults.append(
                Fault("/map", "unknown_column", f"The file has no column «{column}»; it has {', '.join(header)}.")
            )
        elif not wanted:
            matching.skipped.append(column)
            matching.reasons[column] = "left out as you said"
        elif not wanted.startswith("+"):
            explicit(object_, column, wanted, matching, faults)
    guess(object_, [column for column in header if column not in said], matching)
    if key is not None:
        choose_key(object_, key, matching, faults)
    name_records(object_, matching)
    if faults:
        raise Invalid(faults, faults[0].message)
    return matching


def explicit(object_: Object, column: str, wanted: str, matching: Matching, faults: list[Fault]) -> None:
    found = column_of(object_, wanted) or next(
        (column_of(object_, name) for name in candidates(object_, words(wanted))), None
    )
    if found is None:
        names = [one.name for one in object_.fields]
        close = process.extractOne(wanted, names, score_cutoff=60)
        faults.append(
            Fault(
                "/map",
                "unknown_field",
                f"{object_.label} has no field «{wanted}»{f'; did you mean {close[0]}' if close else ''}.",
            )
        )
    elif found[0].readonly or not KINDS[found[0].kind].writable:
        faults.append(Fault("/map", "read_only", f"{found[0].label} cannot be written."))
    elif found[0].through is not None:
        message = f"{found[0].label} takes no column: import its links into «{found[0].through.object}»."
        faults.append(Fault("/map", "not_applicable", message))
    else:
        matching.targets[column].append(Target(*found))
        matching.reasons[column] = "as you said"


def guess(object_: Object, columns: Iterable[str], matching: Matching) -> None:
    """Exact names first, then labels, then other systems' words; no field gets two columns by a guess."""
    used = {target.name for targets in matching.targets.values() for target in targets}
    for column in columns:
        names = [column] if column_of(object_, column) else candidates(object_, words(column))
        for name in names:
            found = column_of(object_, name)
            if found is None or Target(*found).name in used or found[0].readonly or not KINDS[found[0].kind].writable:
                continue
            if found[0].through is not None:
                continue
            matching.targets[column].append(Target(*found))
            matching.reasons[column] = "same name" if words(column) == words(name) else "guessed"
            used.add(Target(*found).name)
            break


def candidates(object_: Object, said: str) -> list[str]:
    """Names of fields and parts that these words may mean, best first."""
    found = [one.name for one in object_.fields if said in (words(one.name), words(one.label))]
    own = {words(object_.name), words(object_.label), f"{words(object_.label)} name", *TITLES.get(object_.name, ())}
    if said in own:
        found.append(object_.title)
    return found + [name for name, others in SYNONYMS.items() if said in others and column_of(object_, name)]


def choose_key(object_: Object, key: str, matching: Matching, faults: list[Fault]) -> None:
    """The key is a field; a column that goes nowhere becomes the external id."""
    if key in matching.targets and not matching.targets[key]:
        matching.targets[key].append(Target(object_.by_name["external_id"]))
        matching.reasons[key] = "the key"
        matching.key = ("external_id",)
    elif key in matching.targets and len(matching.targets[key]) >= 1 and matching.targets[key][0].part is None:
        matching.key = (matching.targets[key][0].field.name,)
    elif object_.field(key) and any(target.name == key for targets in matching.targets.values() for target in targets):
        matching.key = (key,)
    else:
        faults.append(Fault("/key", "unknown_column", f"No column goes into «{key}», so rows cannot be matched by it."))


def name_records(object_: Object, matching: Matching) -> None:
    """A record needs a title: where no column gives one, the key does."""
    title = object_.by_name[object_.title]
    mapped = {target.field.name for targets in matching.targets.values() for target in targets}
    if not title.required or title.kind != "text" or title.name in mapped:
        return
    for column, targets in matching.targets.items():
        if any(target.field.name in matching.key for target in targets):
            targets.append(Target(title))
            matching.reasons[column] += f", and the {title.label.lower()}, because no column has one"
            return


def new_name(object_: Object, column: str, wanted: str | None) -> str:
    """The name of a field to be made for a column; raises Invalid where it is taken."""
    name = slug(fold(wanted or column))[:40].strip("_")
    if object_.field(name) is not None:
        raise Invalid(
            [Fault("/map", "duplicate", f"There is already a field «{name}».")], f"There is already a field «{name}»."
        )
    return name


def new_label(column: str) -> str:
    return humanise(words(column).replace(" ", "_"))
