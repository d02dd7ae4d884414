-- Reading the past asks for all changes of an object since a moment, and undoing for those of one cause, whose id tells
-- when it was made.
create index _journal_at on _journal (object, at);

-- What an undoing undid: all changes of a cause, or one change of a record. Its own changes carry `cause`.
create table _undo (
    cause uuid primary key,
    undone uuid,
    record uuid,
    version integer,
    at timestamptz not null default now()
);
