-- What one unit of a currency is worth in the workspace's own, from a day on. Every change stays in _rate_change (without
-- a rate: removed): so the past knows its own rates, and totals that are kept find out that one has changed.
create table _rate (
    currency text collate "C" not null,
    valid_from date not null,
    rate numeric not null check (rate > 0),
    at timestamptz not null default now(),
    actor uuid,
    through text not null,
    primary key (currency, valid_from)
);

create table _rate_change (
    id bigint generated always as identity primary key,
    currency text collate "C" not null,
    valid_from date not null,
    rate numeric,
    at timestamptz not null default now(),
    actor uuid,
    through text not null,
    xid xid8 not null default pg_current_xact_id()
);
create index _rate_change_xid on _rate_change (xid);
create index _rate_change_currency on _rate_change (currency, valid_from, id);
