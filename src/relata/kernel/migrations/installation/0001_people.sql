-- People and workspaces. A person signs in once per installation; a workspace is a schema.
create table person (
    id uuid primary key,
    email text not null,
    email_key text not null unique,
    password_hash text,
    created_at timestamptz not null default now(),
    disabled_at timestamptz
);

create table workspace (
    id uuid primary key,
    name text not null unique,
    label text not null,
    schema_name text not null unique,
    currency text not null,
    locale text not null,
    time_zone text not null,
    created_at timestamptz not null default now(),
    suspended_at timestamptz
);

create table sign_in_failure (
    email_key text not null,
    at timestamptz not null default now()
);
create index on sign_in_failure (email_key, at);

-- What field kinds need of PostgreSQL; immutable, so that indexes can use them.
create function relata.full_name(text, text) returns text immutable parallel safe language sql as
$$ select coalesce(nullif($1, '') || coalesce(' ' || nullif($2, ''), ''), nullif($2, '')) $$;

create function relata.address_line(text, text, text, text, text) returns text immutable parallel safe language sql as
$$ select nullif(array_to_string(array[nullif($1, ''), nullif($2, ''), nullif($3, ''), nullif($4, ''), nullif($5, '')], ', '), '') $$;

create function relata.entry_values(jsonb) returns text[] immutable strict parallel safe language sql as
$$ select array(select e ->> 'value' from jsonb_array_elements($1) e) $$;

create function relata.entry_primary(jsonb) returns text immutable strict parallel safe language sql as
$$ select coalesce((select e ->> 'value' from jsonb_array_elements($1) e where (e ->> 'primary')::boolean limit 1),
                   $1 -> 0 ->> 'value') $$;

-- Most lists have one entry; that way is short enough to be inlined.
create function relata.many_entry_words(jsonb) returns text immutable strict parallel safe language sql as
$$ select string_agg(e ->> 'value', ' ') from jsonb_array_elements($1) e $$;

create function relata.entry_words(jsonb) returns text immutable parallel safe language sql as
$$ select case when jsonb_array_length($1) = 1 then $1 -> 0 ->> 'value' else relata.many_entry_words($1) end $$;

create function relata.many_phone_words(jsonb) returns text immutable strict parallel safe language sql as
$$ select string_agg(concat_ws(' ', e ->> 'value', regexp_replace(e ->> 'value', '[^0-9]', '', 'g')), ' ')
   from jsonb_array_elements($1) e $$;

create function relata.phone_words(jsonb) returns text immutable parallel safe language sql as
$$ select case when jsonb_array_length($1) = 1
     then ($1 -> 0 ->> 'value') || ' ' || regexp_replace($1 -> 0 ->> 'value', '[^0-9]', '', 'g')
     else relata.many_phone_words($1) end $$;

create function relata.links(text[], uuid[]) returns json immutable strict parallel safe language sql as
$$ select coalesce(json_agg(json_build_object('object', o, 'id', i) order by n), '[]')
   from unnest($1, $2) with ordinality x(o, i, n) $$;
