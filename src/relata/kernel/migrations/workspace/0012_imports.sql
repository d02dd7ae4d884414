-- Imports: what was uploaded, what is to be done with each table of it, and what came of that: `checked` and `ran` are the
-- accounts of the last dry run and of the run, whose job is the `cause` of all its changes.
create table _import (
    id uuid primary key,
    label text not null,
    tables jsonb not null default '[]',
    numbered integer not null default 0,
    checked jsonb,
    ran jsonb,
    job uuid,
    cause uuid,
    actor uuid,
    principal uuid not null,
    created_at timestamptz not null default now(),
    touched_at timestamptz not null default now()
);
create index on _import (created_at, id);
-- Where several files stand behind one cause: the file of each object.
alter table _cause add column parts jsonb;

-- What records are recognised by, however they are called: e-mail addresses, phone numbers, web addresses. The index takes
-- new entries at once: an import asks it between any two chunks. Documents from before get theirs by jobs.
alter table _search add column marks text[];
create index _search_marks on _search using gin (marks) with (fastupdate = off);
do $do$
declare
    name text := (select w.name from relata.workspace w where w.schema_name = current_schema());
    made uuid;
begin
    for made in
        insert into _job (id, kind, arguments, role, principal)
        select gen_random_uuid(), 'documents', jsonb_build_object('object', object), 'administrator', '00000000-0000-0000-0000-000000000000'
        from (select distinct object from _search) o where name is not null returning id
    loop
        perform relata.procrastinate_defer_jobs_v1(array[
            row('relata', 'run', 0, null, null, jsonb_build_object('workspace', name, 'job_id', made), null)::relata.procrastinate_job_to_defer_v1
        ]);
    end loop;
end
$do$;
