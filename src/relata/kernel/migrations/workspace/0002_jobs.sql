-- Whose a job is, also where a key sent it, and the parts of a bulk job that are committed: a job that is
-- taken up again leaves those out.
alter table _job add column principal uuid;
create table _job_chunk (
    job uuid not null references _job (id) on delete cascade,
    number integer not null,
    taken integer not null,
    refused integer not null,
    primary key (job, number)
);
