WITH
-- securityresources
s1 AS NOT MATERIALIZED (
  SELECT 
    t."id" AS c1 /* id */,
    t."name" AS c2 /* name */,
    t."type" AS c3 /* type */,
    t."properties" AS c4 /* properties */,
    t."severity" AS c5 /* severity */,
    t."repository" AS c6 /* repository */,
    t."cvss" AS c7 /* cvss */,
    t."published" AS c8 /* published */
  FROM "arg_subassessments" AS t
),
-- resources
s2 AS NOT MATERIALIZED (
  SELECT 
    t."id" AS c17 /* id */,
    t."name" AS c18 /* name */,
    t."type" AS c19 /* type */,
    t."properties" AS c20 /* properties */
  FROM "resources" AS t
),
-- union
s3 AS NOT MATERIALIZED (
  SELECT 
    c1 AS c9 /* id */,
    c2 AS c10 /* name */,
    c3 AS c11 /* type */,
    c5 AS c12 /* properties */,
    CAST(c7 AS VARCHAR) AS c13 /* properties */,
    strftime(c8, '%Y-%m-%dT%H:%M:%S.%f0Z') AS c14 /* properties */,
    nullif(json_extract(c4, '$."nothing"'), CAST('null' AS JSON)) AS c15 /* properties */,
    to_json(c6) AS c16 /* properties */
  FROM s1
  UNION ALL
  SELECT 
    coalesce(c17, '') AS c9 /* id */,
    coalesce(c18, '') AS c10 /* name */,
    coalesce(c19, '') AS c11 /* type */,
    json_extract_string(c20, '$."status"."severity"') AS c12 /* properties */,
    json_extract_string(c20, '$."additionalData"."cvssV30Score"') AS c13 /* properties */,
    json_extract_string(c20, '$."additionalData"."publishedTime"') AS c14 /* properties */,
    nullif(json_extract(c20, '$."nothing"'), CAST('null' AS JSON)) AS c15 /* properties */,
    nullif(json_extract(c20, '$."additionalData"."repositoryName"'), CAST('null' AS JSON)) AS c16 /* properties */
  FROM s2
),
-- where, extend, project
s4 AS NOT MATERIALIZED (
  SELECT 
    c10,
    c12,
    c16,
    coalesce((CASE WHEN regexp_full_match(c13, '\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*') THEN coalesce(TRY_CAST(c13 AS DOUBLE), (CASE WHEN regexp_matches(c13, '[eE]-') THEN 0e+00 ELSE (CASE WHEN contains(regexp_replace(c13, '[eE].*', ''), '-') THEN '-infinity'::DOUBLE ELSE 'infinity'::DOUBLE END) END)) WHEN regexp_full_match(c13, '(?i)\s*([-+]?inf(inity)?|nan)\s*') THEN TRY_CAST(trim(c13) AS DOUBLE) END), CAST(TRY_CAST((CASE WHEN (c13 IN ('true', 'false')) THEN c13 END) AS BOOLEAN) AS DOUBLE)) AS c21 /* score */,
    (((epoch_us(coalesce(TRY_CAST(regexp_extract(c14, '^\s*\d.*$') AS TIMESTAMP), try_strptime(c14, ['%m/%d/%Y', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %I:%M:%S %p', '%Y%m%d', '%Y-%m', '%Y', '%d %b %Y', '%b %d %Y', '%a, %d %b %Y %H:%M:%S GMT', '%a, %d %b %y %H:%M:%S GMT']))) * 10) + 621355968000000000) + coalesce(TRY_CAST(regexp_extract(c14, ':\d\d\.\d{6}(\d)', 1) AS BIGINT), 0)) AS c22 /* published */,
    regexp_extract(c9, '/assessments/([^/]+)/', 1) AS c23 /* key */,
    (c15 IS NULL) AS c24 /* none */
  FROM s3
  WHERE (lower(c11) = 'microsoft.security/assessments/subassessments')
)
SELECT 
  c10 AS c25 /* name */,
  coalesce(c12, '') AS c26 /* sev */,
  CAST(c16 AS VARCHAR) AS c27 /* repo */,
  c21 AS c28 /* score */,
  c22 AS c29 /* published */,
  c23 AS c30 /* key */,
  c24 AS c31 /* none */
FROM s4
ORDER BY c10 NULLS FIRST
