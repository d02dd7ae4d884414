-- Reading the past asks for all changes since a moment. The journal grows in the order of time, so a few bytes for
-- each 32 pages find them, and writing costs nothing more.
create index _journal_at on _journal using brin (at) with (pages_per_range = 32, autosummarize = on);

-- What an undoing undid: all changes of a cause, or one change of a record. Its own changes carry `cause`.
create table _undo (
    cause uuid primary key,
    undone uuid,
    record uuid,
    version integer,
    at timestamptz not null default now()
);
