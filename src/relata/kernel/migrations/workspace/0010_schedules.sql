-- What is to be done again and again: `does` names a kind of job and says, as JSON, what it is to do (as text: numbers stay
-- exact). `next_at` is the next time; an entry of the queue that says another one is out of date.
create table _schedule (
    id uuid primary key,
    label text not null,
    rule text not null,
    starts timestamp not null,
    time_zone text not null,
    does text not null,
    active boolean not null,
    next_at timestamptz,
    last_at timestamptz,
    job uuid references _job (id) on delete set null,
    message text,
    actor uuid,
    principal uuid not null,
    created_at timestamptz not null default now(),
    check (not active or next_at is not null)
);
create index _schedule_job on _schedule (job);
