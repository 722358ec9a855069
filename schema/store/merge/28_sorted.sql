-- Rows and their long texts lie part by part: each part then reads its own.
create temp table m_all as select * from m_placed order by part, row_no;
create temp table m_all_details as
select a.part, d.* from stage_details d join (select row_no, part from m_all) a using (row_no) order by a.part, row_no;
create or replace temp view m_told_rows as select * from m_all where part = getvariable('part');
create or replace temp view m_told_details as select * from m_all_details where part = getvariable('part');
