-- Since when a custom field has been there: what the journal holds of an earlier field of the same name
-- is not its history. Of those that are here already it is not known, so theirs is all of it.
alter table _definition add column since timestamptz not null default '-infinity';
alter table _definition alter column since set default now();
