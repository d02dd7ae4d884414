-- Notes which records are written, for whoever looks at all of a table meanwhile and wants to look again at these only. The
-- trigger says under which token.
create function relata.note_touched() returns trigger language plpgsql as $$
begin
    execute format('insert into %I._touched values ($1, $2)', tg_table_schema)
        using tg_argv[0], case when tg_op = 'DELETE' then old.id else new.id end;
    return null;
end $$;
