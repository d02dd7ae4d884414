-- What a workspace that is being moved here from another database will be when it has arrived: active or suspended. Until then
-- it is suspended, and the one there counts.
alter table workspace add column arriving text check (arriving in ('active', 'suspended'));
