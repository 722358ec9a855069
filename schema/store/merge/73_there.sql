create or replace temp table x_there (namespace varchar, image_id integer, registry varchar, repository varchar, tag varchar);
