-- A run of one part is merged as it was staged.
create temp table m_all as select * from m_placed;
create or replace temp view m_told_rows as select * from m_all;
create or replace temp view m_told_details as select * from stage_details;
