WITH
-- securityresources, where, parse
s1 AS NOT MATERIALIZED (
  SELECT 
    t."id_prefix" AS c1 /* id_prefix */,
    t."tenantId" AS c2 /* tenantId */,
    t."resourceGroup" AS c3 /* resourceGroup */,
    t."display_name" AS c4 /* display_name */,
    t."repository" AS c5 /* repository */,
    t."published" AS c6 /* published */,
    t."cvss" AS c7 /* cvss */,
    t."package_name" AS c8 /* package_name */,
    t."fixed_version" AS c9 /* fixed_version */,
    t."severity" AS c10 /* severity */,
    strpos(t."id_prefix", '/providers/Microsoft.ContainerRegistry/registries/') AS c11
  FROM "arg_subassessments" AS t
  WHERE (t."type" = 'microsoft.security/assessments/subassessments')
    AND (t."assessment_key" = 'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5')
),
-- parse, extend, mv-expand, extend, project
s2 AS NOT MATERIALIZED (
  SELECT 
    c2,
    c3,
    c4,
    c5,
    c6,
    c8,
    c9,
    c10,
    (CASE WHEN (c11 > 0) THEN substr(c1, (c11 + 50)) ELSE '' END) AS c12 /* registryName */,
    CAST(c7 AS VARCHAR) AS c13 /* score */
  FROM s1
)
SELECT 
  coalesce(c5, '') AS c14 /* repositoryName */,
  c12 AS c15 /* registryName */,
  coalesce(c4, '') AS c16 /* vulnerability */,
  coalesce(c10, '') AS c17 /* severity */,
  ((epoch_us(c6) * 10) + 621355968000000000) AS c18 /* published */,
  coalesce(c13, '') AS c19 /* score */,
  c8 AS c20 /* packageName */,
  c9 AS c21 /* fixed */,
  c2 AS c22 /* tenantId */,
  c3 AS c23 /* resourceGroup */
FROM s2
ORDER BY coalesce(c4, '') NULLS FIRST
