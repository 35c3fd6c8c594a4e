"""How each database finds words by its index of trigrams: the same, at what a group's own cost.

SQLite has a full-text table, PostgreSQL an index on an expression (migration 0005). Both know the
group, too; neither knows anything under three letters.
"""

from collections.abc import Sequence
from typing import TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    union,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.domain.search import SHORTEST, Wanted
from bot.models import Findable, Group
from bot.models.columns import stored_id

_FTS = "findable_words"
_Row = TypeVarTuple("_Row")


def asked(
    statement: Select[*_Row],
    groups: Sequence[Group],
    wanted: Wanted,
    *,
    is_any: bool,
    is_sqlite: bool,
) -> Select[*_Row]:
    """Return a statement for what is found in some groups, narrowed to what is wanted."""
    known = [terms for terms in wanted if all(len(term) >= SHORTEST for term in terms)]
    others = [
        or_(*(col(Findable.words).contains(term) for term in terms))
        for terms in wanted
        if terms not in known
    ]
    newest = col(Findable.id).desc()
    if not known:
        ours = col(Findable.group_id).in_([stored_id(group) for group in groups])
        return statement.where(ours, (or_ if is_any else and_)(*others)).order_by(newest)
    if not is_any:
        statement = statement.where(*others)
    if is_sqlite:
        words = " OR ".join(map(_any_of, known)) if is_any else _all_of(known)
        return statement.where(_in_full_text(groups, words)).order_by(newest)
    if is_any:
        return _with_any(statement, groups, [[term] for terms in known for term in terms])
    together = [terms[0] for terms in known if len(terms) == 1]
    apart = [[[term] for term in terms] for terms in known if len(terms) > 1]
    first, *more = [*([[together]] if together else []), *apart]
    narrowed = (col(Findable.id).in_(select(_found(groups, part).c.id)) for part in more)
    return _with_any(statement, groups, first).where(*narrowed)


def asked_newest(
    statement: Select[*_Row],
    groups: Sequence[Group],
    pieces: Sequence[Wanted],
    count: int,
    *,
    is_sqlite: bool,
) -> Select[*_Row]:
    """Return a statement for what is found, narrowed to the newest that have one of some pieces."""
    if is_sqlite:
        words = " OR ".join(f"({_all_of(piece)})" for piece in pieces)
        condition = _in_full_text(groups, words, newest=count)
        return statement.where(condition).order_by(col(Findable.id).desc())
    parts = [[term for [term] in piece] for piece in pieces]
    return _with_any(statement, groups, parts).limit(count)


def _in_full_text(
    groups: Sequence[Group], words: str, *, newest: int | None = None
) -> ColumnElement[bool]:
    """Ask SQLite's full-text table; with `newest` it stops when it has that many.

    Within quotes nothing needs quoting: folded words are letters and digits.
    """
    places = _any_of([f"<{group.id}>" for group in groups])
    asked = f"(words : ({words})) AND (place : {places})"
    only = "" if newest is None else f" ORDER BY rowid DESC LIMIT {newest}"
    matching = text(
        f"findable.id IN (SELECT rowid FROM {_FTS} WHERE {_FTS} MATCH :asked{only})"  # noqa: S608 - the names are ours
    )
    return and_(matching.bindparams(bindparam("asked", asked)))


def _all_of(wanted: Sequence[Sequence[str]]) -> str:
    return " AND ".join(map(_any_of, wanted))


def _any_of(terms: Sequence[str]) -> str:
    quoted = (f'"{term}"' for term in terms)
    return f"({' OR '.join(quoted)})"


def _with_any(
    statement: Select[*_Row], groups: Sequence[Group], any_of: Sequence[Sequence[str]]
) -> Select[*_Row]:
    """Let PostgreSQL go from the newest that has all terms of one of these to older ones.

    So it stops when it has enough, and looks up no more than that.
    """
    found = _found(groups, any_of)
    newest = select(found.c.id).order_by(found.c.id.desc()).offset(0).subquery()
    return statement.join(newest, newest.c.id == col(Findable.id)).order_by(newest.c.id.desc())


def _found(groups: Sequence[Group], any_of: Sequence[Sequence[str]]) -> Subquery:
    found = [_with_all(stored_id(group), terms) for group in groups for terms in any_of]
    return (union(*found) if len(found) > 1 else found[0]).subquery()


def _with_all(group_id: int, terms: Sequence[str]) -> Select[int]:
    """Return the statement for what has all these terms.

    The index is asked behind a fence (OFFSET 0), and nothing else: with another condition beside it
    PostgreSQL may make the trigrams of row after row anew, a hundred times slower.
    """
    trigrams = dict.fromkeys(
        term[at : at + SHORTEST] for term in terms for at in range(len(term) - SHORTEST + 1)
    )
    one = aliased(Findable)
    keys = func.findable_trigrams(col(one.group_id), col(one.words))
    wanted = func.string_to_array("\x1f".join([f"<{group_id}>", *trigrams]), "\x1f")
    fenced = (
        select(col(one.id).label("id"), col(one.words).label("words"))
        .where(keys.op("@>")(wanted))
        .offset(0)
        .subquery()
    )
    # Trigrams may stand apart: the words themselves are asked, too.
    return select(fenced.c.id).where(*(fenced.c.words.contains(term) for term in terms))
