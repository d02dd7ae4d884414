-- Fields and objects that administrators deleted, until they are restored or have had their time. Their columns and tables
-- lie under names that no field and no object can have: «~<id>~<name>». `tables` are those of objects that went along,
-- `columns` those of a field; `within` is the deleted object that has the column. What the journal and the search hold
-- is «moved» under such names once something new takes the old one.
create table _trash (
    id bigint generated always as identity primary key,
    object text not null,
    field text not null default '',
    label text not null,
    kind text,
    definitions jsonb not null,
    tables text[] not null,
    columns text[] not null,
    within bigint references _trash (id) on delete cascade,
    moved boolean not null default false,
    at timestamptz not null default now(),
    actor uuid,
    through text not null
);
create index _trash_at on _trash (at);
