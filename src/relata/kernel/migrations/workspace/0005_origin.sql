-- Where the values of a change are from that nobody sent, and the row of a file that sent the others: field → default,
-- default_formula, creator or «rule <name>», «~line» → number. NULL: made before this was noted.
alter table _journal add column origin jsonb;

-- What stands behind a cause that is no request and no job: the file of an import.
create table _cause (
    cause uuid primary key,
    kind text not null,
    name text not null,
    at timestamptz not null default now()
);
