WITH
-- securityresources, where, project
s1 AS NOT MATERIALIZED (
  SELECT t."name" AS c1 /* name */, t."repository" AS c2 /* repository */
  FROM "arg_subassessments" AS t
  WHERE (t."type" = 'microsoft.security/assessments/subassessments')
),
-- securityresources, where, project
s2 AS NOT MATERIALIZED (
  SELECT t."name" AS c3 /* name */, t."cvss" AS c4 /* cvss */, 'high' AS c5 /* label */
  FROM "arg_subassessments" AS t
  WHERE (t."type" = 'microsoft.security/assessments/subassessments')
    AND (t."severity" = 'High')
),
-- join, project
s3 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5
  FROM s1
  LEFT JOIN s2 ON (c1 = c3)
)
SELECT 
  c1 AS c6 /* name */,
  coalesce(c2, '') AS c7 /* repository */,
  coalesce(c3, '') AS c8 /* name1 */,
  c4 AS c9 /* score */,
  coalesce(c5, '') AS c10 /* label */
FROM s3
ORDER BY c1 NULLS FIRST
