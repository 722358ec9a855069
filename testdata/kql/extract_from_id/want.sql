WITH
-- securityresources, where, extend
s1 AS NOT MATERIALIZED (
  SELECT 
    t."assessment_key" AS c1 /* assessment_key */,
    t."cvss" AS c2 /* cvss */,
    list_extract(string_split(t."id", '/'), 3) AS c3 /* piece */
  FROM "arg_subassessments" AS t
  WHERE (t."type" = 'microsoft.security/assessments/subassessments')
),
-- summarize
s2 AS NOT MATERIALIZED (
  SELECT 
    c1 AS c4 /* key */,
    coalesce(c3, '') AS c5 /* piece */,
    count(*) AS c6 /* count */,
    coalesce(to_json(list(to_json(c2))), CAST('[]' AS JSON)) AS c7 /* make_list */
  FROM s1
  GROUP BY 1, 2
)
SELECT 
  c4 AS c8 /* key */,
  c5 AS c9 /* piece */,
  CAST(c6 AS BIGINT) AS c10 /* n */,
  CAST(c7 AS VARCHAR) AS c11 /* scores */
FROM s2
ORDER BY c4 NULLS FIRST, c5 NULLS FIRST
