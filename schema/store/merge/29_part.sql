create or replace temp table m_rows as
select * exclude (part) from m_all where part = getvariable('part');
