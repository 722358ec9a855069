SELECT 
  t."name" AS c1 /* name */,
  coalesce(t."digest", '') AS c2 /* digest */,
  CAST(nullif(json_extract(t."properties", '$."additionalData"."other"."deep"[1]'), CAST('null' AS JSON)) AS VARCHAR) AS c3 /* deep */,
  CAST(nullif(json_extract(t."properties", '$."additionalData"."nothing"'), CAST('null' AS JSON)) AS VARCHAR) AS c4 /* missing */
FROM "arg_subassessments" AS t
WHERE (lower(t."type") = 'microsoft.security/assessments/subassessments')
ORDER BY t."name" NULLS FIRST
