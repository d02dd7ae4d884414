-- Files that were uploaded. As long as no record has one, it is seen by whoever uploaded it alone and goes after a day; once
-- a field of a record has held it, it belongs to that field for good: the journal may bring it back.
-- The bytes lie in the store of files under their hash; so does the preview of an image.
create table _file (
    id uuid primary key,
    hash text collate "C" not null,
    preview text collate "C",
    name text not null,
    type text not null,
    size bigint not null,
    width integer,
    height integer,
    principal uuid not null,
    actor uuid,
    at timestamptz not null default now(),
    object text,
    record uuid,
    field text,
    check (num_nulls(object, record, field) in (0, 3))
);
create index _file_hash on _file (hash);
create index _file_preview on _file (preview) where preview is not null;
create index _file_free on _file (principal, at) where record is null;
