-- The kernel's own tables of one workspace. Their names start with an underscore, which no object's can.
create table _catalog (one boolean primary key default true check (one), version bigint not null);
insert into _catalog (version) values (1);

-- Custom objects and fields, and what was changed of standard ones (custom = false, a partial value).
create table _definition (
    object text not null,
    field text not null default '',
    custom boolean not null,
    value jsonb not null,
    primary key (object, field)
);

create table _membership (
    person uuid not null references relata.person (id),
    member uuid not null unique,
    primary key (person, member)
);

create table _session (
    hash bytea primary key,
    member uuid not null,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);

create table _key (
    id uuid primary key,
    name text not null,
    hash bytea not null unique,
    role text not null,
    member uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    used_at timestamptz,
    revoked_at timestamptz
);

-- One row per change: what the changed fields held before (a deletion holds all), since when, who,
-- through which door, and what caused it.
create table _journal (
    object text not null,
    record uuid not null,
    version integer not null,
    at timestamptz not null default now(),
    since timestamptz,
    op "char" not null,
    actor uuid,
    through text not null,
    cause uuid,
    before jsonb,
    primary key (record, version)
);

-- Events, as their transactions wrote them. The relay numbers whole transactions in the order of their ids,
-- below the oldest one that still runs: the events of one have the numbers first … last in the order of
-- their own ids. So no event is written twice, and no reader by number ever skips one.
create table _outbox (
    id bigint generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    at timestamptz not null default now(),
    object text not null,
    record uuid not null,
    version integer not null,
    op "char" not null,
    fields text[],
    actor uuid,
    cause uuid,
    primary key (xid, id)
);
create index _outbox_seen on _outbox (object, xid) include (op, fields);
create table _numbered (
    xid xid8 primary key,
    first bigint not null unique,
    last bigint not null,
    at timestamptz not null default now()
);
create table _sequence (
    one boolean primary key default true check (one),
    n bigint not null default 0,
    xid xid8 not null default '0'
);
insert into _sequence default values;
create view _event as
select m.first + row_number() over (partition by o.xid order by o.id) - 1 as seq, o.* from _numbered m join _outbox o using (xid);

-- One document per live record, for search over all objects.
create table _search (
    record uuid primary key,
    object text not null,
    title text,
    key text collate "C",
    last text collate "C",
    grams text collate "C",
    words tsvector,
    at timestamptz not null
);
create index _search_key on _search (key);
create index _search_last on _search (last);
create index _search_grams on _search using gin (grams public.gin_trgm_ops);
create index _search_words on _search using gin (words);

create table _idempotency (
    principal uuid not null,
    key text not null,
    fingerprint bytea not null,
    status integer,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (principal, key)
);
create index on _idempotency (created_at);

create table _job (
    id uuid primary key,
    kind text not null,
    status text not null default 'queued',
    arguments jsonb not null,
    role text not null,
    actor uuid,
    total bigint,
    done bigint not null default 0,
    failed bigint not null default 0,
    offset_done bigint not null default 0,
    message text,
    cancel boolean not null default false,
    attempts integer not null default 0,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    beat_at timestamptz,
    finished_at timestamptz
);
create index on _job (status, created_at);
