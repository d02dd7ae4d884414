-- The keys under which the kernel's own tables hold custom objects (`field` empty) and fields, with the key of the object:
-- each is given once. A definition without a `key` has its name for one.
create table _key_given (
    object text not null,
    field text not null default '',
    primary key (object, field)
);
alter table _trash add column object_key text;

-- What lay in the trash was held under the name of the trash where something else had taken its own, and files always. From
-- now on it stays where it is: under its name, or as «name~id».
do $$
declare
    t record;
    n text;
begin
    for t in select * from _trash where field <> '' loop
        n := case when t.moved then t.field || '~' || t.id else t.field end;
        update _file set field = n where field = '~' || t.id || '~' || t.field;
        if t.moved then
            update _journal set before = before - ('~' || t.id || '~' || t.field) || jsonb_build_object(n, before -> ('~' || t.id || '~' || t.field))
            where object in (t.object, '~' || t.within || '~' || t.object) and before ? ('~' || t.id || '~' || t.field);
            update _journal set before = before - ('~~' || t.id || '~' || t.field) || jsonb_build_object('~' || n, before -> ('~~' || t.id || '~' || t.field))
            where object in (t.object, '~' || t.within || '~' || t.object) and before ? ('~~' || t.id || '~' || t.field);
            update _journal set origin = origin - ('~' || t.id || '~' || t.field) || jsonb_build_object(n, origin -> ('~' || t.id || '~' || t.field))
            where object in (t.object, '~' || t.within || '~' || t.object) and origin ? ('~' || t.id || '~' || t.field);
        end if;
        update _trash set definitions = (
            select jsonb_agg(case when d ->> 'field' = t.field and not d ->> 'object' = any (t.tables)
                then jsonb_set(d, '{value,key}', to_jsonb(n)) else d end)
            from jsonb_array_elements(definitions) d) where id = t.id;
    end loop;
    for t in select id, moved, unnest(tables) as object from _trash loop
        n := case when t.moved then t.object || '~' || t.id else t.object end;
        update _file set object = n where object = '~' || t.id || '~' || t.object;
        if t.moved then
            update _journal set object = n where object = '~' || t.id || '~' || t.object;
            update _search set object = n where object = '~' || t.id || '~' || t.object;
        end if;
        update _trash set definitions = (
            select jsonb_agg(case when d ->> 'field' = '' and d ->> 'object' = t.object
                then jsonb_set(d, '{value,key}', to_jsonb(n)) else d end)
            from jsonb_array_elements(definitions) d) where id = t.id;
    end loop;
end $$;
update _trash t set object_key = coalesce((
    select d -> 'value' ->> 'key' from _trash w cross join jsonb_array_elements(w.definitions) d
    where w.id = coalesce(t.within, t.id) and d ->> 'field' = '' and d ->> 'object' = t.object), t.object);
alter table _trash alter column object_key set not null;
alter table _trash drop column moved;

insert into _key_given (object, field) select object, field from _definition where custom;
insert into _key_given (object, field)
select coalesce(o.key, case when d ->> 'object' = t.object then t.object_key else d ->> 'object' end),
    case when d ->> 'field' = '' then '' else coalesce(d -> 'value' ->> 'key', d ->> 'field') end
from _trash t cross join jsonb_array_elements(t.definitions) d
left join lateral (select w -> 'value' ->> 'key' as key from jsonb_array_elements(t.definitions) w
    where w ->> 'field' = '' and w ->> 'object' = d ->> 'object') o on true
on conflict do nothing;
-- Names whose past was moved away are not given again: what took them is there, or was.
insert into _key_given (object, field)
select unnest(tables), '' from _trash union all select object_key, field from _trash where field <> ''
on conflict do nothing;
