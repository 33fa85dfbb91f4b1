"""The tables and the indexes of a store, as SQL.

Indexes are made when a store has been filled, which is quicker than keeping them meanwhile. The
first of a large table holds all that a page or a count needs, in the order of the ids, and no
other leads there: of a million records only those are read that are sent.
"""

from __future__ import annotations

from infra.sandbox.google_ads import levels

TABLES = """
create table meta(key text primary key, value text not null) without rowid;
create table item(
    entity_type_id integer not null, id integer not null, created_time text not null,
    updated_time text not null, deleted integer not null default 0, payload text not null
);
create table stage_history(
    entity_type_id integer not null, id integer not null, owner_id integer not null,
    created_time text not null, payload text not null
);
create table product_row(
    id integer primary key, owner_type text not null, owner_id integer not null,
    payload text not null
);
create table activity(
    id integer not null, owner_type_id integer not null, owner_id integer not null,
    created text not null, updated text not null, started text not null, payload text not null
);
create table invoice(
    id integer primary key, created text not null, updated text not null, payload text not null
);
create table call(id integer primary key, started_at text not null, payload text not null);
create table dictionary(
    kind text not null, id text not null, sort integer not null, payload text not null,
    primary key(kind, id)
) without rowid;
create table google_customer(
    customer_id text primary key, manager_id text, payload text not null
) without rowid;
create table google_campaign(
    customer_id text not null, campaign_id text not null, payload text not null,
    primary key(customer_id, campaign_id)
) without rowid;
create table google_campaign_day(
    customer_id text not null, campaign_id text not null, day text not null,
    cost_micros integer not null, impressions integer not null, clicks integer not null,
    interactions integer not null, conversions text not null, conversions_value text not null,
    primary key(customer_id, campaign_id, day)
) without rowid;
create table yandex_client(login text primary key, payload text not null) without rowid;
create table yandex_campaign_day(
    login text not null, campaign_id integer not null, campaign_name text not null,
    campaign_type text not null, day text not null, impressions integer not null,
    clicks integer not null, cost_micros integer not null, vat_percent text not null,
    conversions integer not null, primary key(login, campaign_id, day)
) without rowid;
create table yandex_object(
    login text not null, service text not null, id integer not null, campaign_id integer not null,
    payload text not null, primary key(login, service, id)
) without rowid;
create table yandex_leaf_day(
    login text not null, campaign_id integer not null, day text not null,
    ad_group_id integer not null, ad_id integer not null, criterion_id integer not null,
    impressions integer not null, clicks integer not null, cost_micros integer not null,
    conversions integer not null, revenue_micros integer not null,
    primary key(login, day, campaign_id, ad_group_id, ad_id, criterion_id)
) without rowid;
create table yandex_goal_day(
    login text not null, campaign_id integer not null, day text not null, goal_id text not null,
    model text not null, conversions integer not null, revenue_micros integer not null,
    primary key(login, day, campaign_id, goal_id, model)
) without rowid;
create table cbr_rate(
    valute_id text not null, num_code text not null, char_code text not null, name text not null,
    nominal integer not null, day text not null, value text not null, primary key(char_code, day)
) without rowid;
"""
TABLES += levels.TABLES

INDEXES = """
create unique index if not exists item_living
    on item(entity_type_id, id, deleted, updated_time, created_time);
create unique index if not exists stage_history_key
    on stage_history(entity_type_id, id, created_time);
create index if not exists stage_history_owner on stage_history(entity_type_id, owner_id);
create index if not exists product_row_owner on product_row(owner_type, owner_id);
create unique index if not exists activity_key on activity(id, updated, created);
create index if not exists invoice_updated on invoice(updated);
create index if not exists call_started on call(started_at);
"""
