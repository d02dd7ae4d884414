-- From when on a workspace may be deleted, and whether that has begun: then there is no way back.
alter table workspace add column delete_after timestamptz;
alter table workspace add column dropping boolean not null default false;

-- Which workspaces a person may belong to, so that signing in need not ask all of them; what counts is the membership there.
create table belonging (
    person uuid not null references person (id) on delete cascade,
    workspace uuid not null references workspace (id) on delete cascade,
    primary key (person, workspace)
);
create index on belonging (workspace);
do $$
declare
    each record;
begin
    for each in select id, schema_name from workspace loop
        execute format('insert into belonging select distinct person, %L::uuid from %I._membership', each.id, each.schema_name);
    end loop;
end $$;

-- The version of its kernel tables, so that a start finds those that are behind without looking into each; null: look there.
alter table workspace add column version integer;
