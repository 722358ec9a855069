-- A manifest that only a listing of the registry's vendor names: its kind and
-- platform are known, its content is not. Reading the manifest replaces it.
alter table manifests add column listed boolean default false;
