"""From a well-spelled contract.toml to a Contract: names are looked up, and what does not fit together is noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tapecheck.contracts import document as toml
from tapecheck.contracts.schema_files import schema_uri
from tapecheck.contracts.toml_lines import line_of_key
from tapecheck.contracts.values import (
    Contract,
    Count,
    Demand,
    EventName,
    FieldValues,
    Grow,
    Operation,
    Pair,
    PathTemplate,
    Pointer,
    Schema,
    Secrets,
    Series,
    Stream,
    Total,
)
from tapecheck.errors import ContractError
from tapecheck.model import parse_pointer
from tapecheck.streams import Order

Place = tuple[str | int, ...]

_NOTHING = Order.parse("nothing?")


@dataclass(slots=True, kw_only=True)
class Assembly:
    """Builds one provider's contract; `problems` collects every mistake on the way."""

    path: Path
    text: str
    folder: Path
    schemas: Mapping[str, Schema]
    problems: list[ContractError] = field(default_factory=list)

    def contract(self, document: toml.ContractDocument) -> Contract:
        """Return the contract; it is only to be used if `problems` is empty."""
        return Contract(
            provider=self.folder.name,
            title=document.title,
            version=document.version,
            documentation=document.documentation,
            path=self.path,
            hosts=document.hosts,
            max_age_days=document.max_age_days,
            environment=document.credentials.environment if document.credentials else None,
            secrets=Secrets(
                headers=frozenset(name.lower() for name in document.secrets.headers),
                query=frozenset(name.lower() for name in document.secrets.query),
                fields=_pointers(document.secrets.fields),
            ),
            operations=tuple(self._operation(name, table) for name, table in document.operations.items()),
            schemas=self.schemas,
        )

    def _operation(self, name: str, table: toml.OperationTable) -> Operation:
        place: Place = ("operations", name)
        paths = (table.path,) if isinstance(table.path, str) else table.path
        for path in paths:
            if not path.startswith("/"):
                self._mistake((*place, "path"), f"a path begins with '/', got {path!r}")
        if table.response is None and table.stream is None and not set(table.success) & {202, 204}:
            self._mistake(place, "an operation declares `response`, `stream` or both")
        return Operation(
            name=name,
            summary=table.summary,
            method=table.method,
            paths=tuple(PathTemplate(text=path) for path in paths),
            request=self._schema((*place, "request"), table.request),
            response=self._schema((*place, "response"), table.response),
            error=self._schema((*place, "error"), table.error),
            success=frozenset(table.success),
            errors=frozenset(table.errors),
            error_types=frozenset(table.error_types),
            stream=self._stream((*place, "stream"), table.stream) if table.stream else None,
        )

    def _stream(self, place: Place, table: toml.StreamTable) -> Stream:
        events = self._events((*place, "events"), table.events)
        known = set(events) | ({"done"} if table.done is not None else set())
        order = self._order((*place, "order"), table.order)
        self._known((*place, "order"), order.names - {"nothing"}, known)
        demanded = tuple(one.event for one in table.demanded)
        for key, names in (("anywhere", table.anywhere), ("failures", table.failures), ("demanded", demanded)):
            self._known((*place, key), names, known)
        return Stream(
            asked_by=_pointer(table.asked_by),
            framings=table.framings,
            events=events,
            name_at=parse_pointer(table.name) if isinstance(table.name, str) else None,
            names=() if isinstance(table.name, str) else tuple(map(_event_name, table.name)),
            named_in_sse=table.sse_event == "name",
            done=table.done,
            order=order,
            anywhere=frozenset(table.anywhere),
            failures=frozenset(table.failures),
            demanded=tuple(Demand(event=one.event, when=parse_pointer(one.when)) for one in table.demanded),
            constant=_pointers(table.constant),
            together=_pointers(table.together),
            count=tuple(Count(field=parse_pointer(count.field), start=count.from_) for count in table.count),
            grow=tuple(self._grow((*place, "grow", n), one, known) for n, one in enumerate(table.grow)),
            pairs=tuple(self._pair((*place, "pairs", n), pair, known) for n, pair in enumerate(table.pairs)),
            series=tuple(self._series((*place, "series", n), one, known) for n, one in enumerate(table.series)),
        )

    def _grow(self, place: Place, table: toml.GrowTable, known: set[str]) -> Grow:
        self._known(place, table.reset, known)
        return Grow(field=parse_pointer(table.field), reset=frozenset(table.reset))

    def _pair(self, place: Place, table: toml.PairTable, known: set[str]) -> Pair:
        self._known(place, (table.open, table.close, *table.inside), known)
        return Pair(
            open=table.open,
            close=table.close,
            key=_keys(table.key),
            inside=frozenset(table.inside),
            interleaved=table.interleaved,
            start=table.from_,
        )

    def _series(self, place: Place, table: toml.SeriesTable, known: set[str]) -> Series:
        self._known(place, (*(table.events or ()), *((table.total.event,) if table.total else ())), known)
        key = _keys(table.key)
        total = table.total
        return Series(
            each=parse_pointer(table.each),
            events=frozenset(table.events) if table.events is not None else None,
            key=key,
            starts=_field_values(table.starts),
            allowed=_field_values(table.allowed),
            in_turn=table.in_turn,
            first=_pointers(table.first),
            once=_pointers(table.once),
            last=_pointers(table.last),
            content=_pointers(table.content),
            join=_pointer(table.join),
            json=table.json_,
            unless=_field_values(table.unless),
            total=Total(
                event=total.event,
                field=parse_pointer(total.field),
                key=key if total.key is None else _keys(total.key),
            )
            if total
            else None,
            start=table.from_,
        )

    def _events(self, place: Place, folder: str) -> dict[str, Schema]:
        prefix = schema_uri(self.folder, f"{folder.rstrip('/')}/")
        events = {
            uri.removeprefix(prefix).removesuffix(".schema.json"): schema
            for uri, schema in self.schemas.items()
            if uri.startswith(prefix)
        }
        if not events:
            self._mistake(place, f"no event schema is in the folder {folder!r}", "Expected <event>.schema.json in it.")
        return events

    def _order(self, place: Place, text: str) -> Order:
        try:
            return Order.parse(text)
        except ValueError as error:
            self._mistake(place, f"the order cannot be read: {error}")
            return _NOTHING

    def _schema(self, place: Place, relative: str | None) -> Schema | None:
        if relative is None:
            return None
        schema = self.schemas.get(schema_uri(self.folder, relative))
        if (
            schema is None and not (self.folder / relative).is_file()
        ):  # one that is there but broken has its own problem
            self._mistake(place, f"there is no schema {relative!r}", f"Expected the file {self.folder / relative}.")
        return schema

    def _known(self, place: Place, names: Iterable[str], known: set[str]) -> None:
        for name in sorted(set(names) - known):
            hint = f"Declared are: {', '.join(sorted(known)) or 'none'}."
            self._mistake(place, f"the event {name!r} has no schema in the folder of events", hint)

    def _mistake(self, place: Place, message: str, hint: str | None = None) -> None:
        key = ".".join(str(part) for part in place)
        line = line_of_key(self.text, place)
        self.problems.append(ContractError(f"{key}: {message}", path=self.path, line=line, hint=hint))


def _field_values(table: toml.ValuesTable | None) -> FieldValues | None:
    return None if table is None else FieldValues(parse_pointer(table.field), frozenset(table.values))


def _event_name(table: toml.NameTable) -> EventName:
    return EventName(name=table.name, when=_pointer(table.when), unless=_pointer(table.unless))


def _pointer(text: str | None) -> Pointer | None:
    return None if text is None else parse_pointer(text)


def _pointers(texts: Iterable[str]) -> tuple[Pointer, ...]:
    return tuple(parse_pointer(text) for text in texts)


def _keys(key: str | tuple[str, ...]) -> tuple[Pointer, ...]:
    return _pointers((key,) if isinstance(key, str) else key)
