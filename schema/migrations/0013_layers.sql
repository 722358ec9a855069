-- The unpacked layers of an image, lowest first; null where no report and no
-- configuration tells them.
alter table images add column diff_ids varchar[];
update images i set diff_ids = l.diff_ids
from (select digest, list(diff_id order by position) as diff_ids from manifest_layers group by digest having count(*) = count(diff_id)) l
where l.digest = i.digest;

-- The layers of each image that are all of another image's: its base, inferred.
-- Made anew from the images after every change.
create table layer_chains (
    image_id    integer not null,
    chain       varchar not null,              -- hash of platform and layers
    layers      integer not null,
    base_chain  varchar,                       -- of the image or images that the lowest base_layers layers are; null: no such image is known
    base_layers integer
);
