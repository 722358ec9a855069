WITH
-- securityresources, where
s1 AS NOT MATERIALIZED (
  SELECT t."severity" AS c1 /* severity */, t."cvss" AS c2 /* cvss */
  FROM "arg_subassessments" AS t
  WHERE starts_with(lower(t."name"), 'f')
    AND (lower(t."type") = 'microsoft.security/assessments/subassessments')
),
-- summarize
s2 AS NOT MATERIALIZED (
  SELECT 
    coalesce(c1, '') AS c3 /* Severity */,
    count(*) AS c4 /* count */,
    max(c2) AS c5 /* max */
  FROM s1
  GROUP BY 1
)
SELECT 
  c3 AS c6 /* Severity */,
  CAST(c4 AS BIGINT) AS c7 /* Findings */,
  c5 AS c8 /* Worst */
FROM s2
ORDER BY c4 DESC NULLS LAST, c3 NULLS FIRST
