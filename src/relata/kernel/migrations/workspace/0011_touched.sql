-- The records that were written since somebody began to look at all of them: see relata.note_touched.
create unlogged table _touched (token text not null, record uuid not null);
