"""From a well-spelled contract.toml to a Contract: names are looked up, and what does not fit together is noted."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tapecheck.contracts.schema import Pointer, Schema
from tapecheck.contracts.schema_files import SUFFIX, schema_uri
from tapecheck.contracts.toml_lines import Place, dotted, line_of_key
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
    Secrets,
    SecretShape,
    Series,
    Stream,
    Total,
)
from tapecheck.contracts.webhook_assembly import to_webhooks
from tapecheck.errors import ContractError
from tapecheck.model import parse_pointer
from tapecheck.streams import Order

if TYPE_CHECKING:
    from tapecheck.contracts import document as toml

_NOTHING = Order.parse(".?")


@dataclass(slots=True, kw_only=True)
class Assembly:
    """Builds one provider's contract; `problems` collects every mistake on the way.

    Attributes:
        path: the contract.toml.
        text: what stands in it.
        schemas: every sound schema of the folder by its URI.
        broken: the schema files that have problems of their own.
    """

    path: Path
    text: str
    schemas: Mapping[str, Schema]
    broken: Collection[Path] = ()
    problems: list[ContractError] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Return the provider's folder."""
        return self.path.parent

    def contract(self, document: toml.ContractDocument) -> Contract:
        """Return the contract; it is only to be used if `problems` is empty."""
        table = document.webhooks
        return Contract(
            provider=self.folder.name,
            title=document.title,
            version=document.version,
            documentation=document.documentation,
            path=self.path,
            hosts=document.hosts or (),
            max_age_days=document.max_age_days,
            environment=document.credentials.environment if document.credentials else None,
            secrets=Secrets(
                headers=frozenset(name.lower() for name in document.secrets.headers),
                query=frozenset(name.lower() for name in document.secrets.query),
                fields=_pointers(document.secrets.fields),
                shapes=_shapes(document.secrets.shapes),
                account_headers=frozenset(name.lower() for name in document.secrets.accounts.headers),
                account_shapes=_shapes(document.secrets.accounts.shapes),
            ),
            operations=tuple(self._operation(name, table) for name, table in document.operations.items()),
            schemas=self.schemas,
            webhooks=to_webhooks(table, self._events(("webhooks", "events"), table.events)) if table else None,
        )

    def _operation(self, name: str, table: toml.OperationTable) -> Operation:
        place: Place = ("operations", name)
        if table.response is None and table.stream is None and not set(table.success) & {202, 204}:
            self._mistake(place, "an operation declares `response`, `stream` or both")
        return Operation(
            name=name,
            summary=table.summary,
            method=table.method,
            paths=tuple(PathTemplate(text=path) for path in table.path),
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
        known = set(events) | self._broken_events(table.events) | ({"done"} if table.done is not None else set())
        order = self._order((*place, "order"), table.order)
        self._known((*place, "order"), order.names - _NOTHING.names, known)
        demanded = tuple(one.event for one in table.demanded)
        listed = () if isinstance(table.name, str) else tuple(one.name for one in table.name)
        for key, names in (
            ("name", listed),
            ("anywhere", table.anywhere),
            ("failures", table.failures),
            ("demanded", demanded),
        ):
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
            key=_pointers(table.key),
            inside=frozenset(table.inside),
            interleaved=table.interleaved,
            start=table.from_,
        )

    def _series(self, place: Place, table: toml.SeriesTable, known: set[str]) -> Series:
        self._known(place, (*(table.events or ()), *((table.total.event,) if table.total else ())), known)
        key = _pointers(table.key)
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
                key=key if total.key is None else _pointers(total.key),
            )
            if total
            else None,
            start=table.from_,
        )

    def _events(self, place: Place, folder: str) -> dict[str, Schema]:
        prefix = schema_uri(self.folder, f"{folder.rstrip('/')}/")
        events = {
            uri.removeprefix(prefix).removesuffix(SUFFIX): schema
            for uri, schema in self.schemas.items()
            if uri.startswith(prefix) and "/" not in uri.removeprefix(prefix)  # below it are parts that events share
        }
        if not events and not self._broken_events(folder):
            self._mistake(place, f"no event schema is in the folder {folder!r}", f"Expected <event>{SUFFIX} in it.")
        return events

    def _broken_events(self, folder: str) -> set[str]:
        return {path.name.removesuffix(SUFFIX) for path in self.broken if path.parent == self.folder / folder}

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
        if schema is None and self.folder / relative not in self.broken:
            hint = (
                "Expected the path of a *.schema.json file, from the folder of contract.toml on, without '.' and '..'."
            )
            self._mistake(place, f"there is no schema {relative!r}", hint)
        return schema

    def _known(self, place: Place, names: Iterable[str], known: set[str]) -> None:
        if known <= {"done"}:
            return  # the folder of events is missing, which is a mistake of its own
        for name in sorted(set(names) - known):
            close = difflib.get_close_matches(name, sorted(known), n=1)
            hint = f"Is {close[0]!r} meant?" if close else f"Declared are: {', '.join(sorted(known))}."
            self._mistake(place, f"the event {name!r} has no schema in the folder of events", hint)

    def _mistake(self, place: Place, message: str, hint: str | None = None) -> None:
        line = line_of_key(self.text, place)
        self.problems.append(ContractError(f"{dotted(place)}: {message}", path=self.path, line=line, hint=hint))


def _field_values(table: toml.ValuesTable | None) -> FieldValues | None:
    return None if table is None else FieldValues(parse_pointer(table.field), frozenset(table.values))


def _event_name(table: toml.NameTable) -> EventName:
    return EventName(name=table.name, when=_pointer(table.when), unless=_pointer(table.unless))


def _pointer(text: str | None) -> Pointer | None:
    return None if text is None else parse_pointer(text)


def _shapes(tables: Iterable[toml.ShapeTable]) -> tuple[SecretShape, ...]:
    return tuple(SecretShape(begins=table.begins, then=table.then) for table in tables)


def _pointers(texts: Iterable[str]) -> tuple[Pointer, ...]:
    return tuple(parse_pointer(text) for text in texts)
