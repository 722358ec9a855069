INSERT INTO arg_subassessments (id, name, "type", "tenantId", "resourceGroup", "subscriptionId", id_prefix, assessment_key, display_name, repository, digest, published, cvss, severity, status, package_name, package_version, fixed_version, properties)
SELECT id_prefix || '/providers/Microsoft.Security/assessments/' || assessment_key || '/subAssessments/' || name, name, 'microsoft.security/assessments/subassessments', 't-1', 'rg-1', 's-1', id_prefix, assessment_key, display_name, repository, digest, published, cvss, severity, 'Unhealthy', package_name, package_version, fixed_version,
  json_object('displayName', display_name, 'status', json_object('code', 'Unhealthy', 'severity', severity), 'additionalData', json_object('repositoryName', repository, 'imageDigest', digest, 'cvssV30Score', cvss, 'other', json_object('deep', [1, 2])))
FROM (VALUES
  ('/subscriptions/s-1/resourceGroups/rg-1/providers/Microsoft.ContainerRegistry/registries/harbor', 'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5', 'f1', 'CVE-2023-0001', 'web/app', 'sha256:aa', TIMESTAMP '2023-05-01 10:00:00', 9.8, 'High', 'openssl', '1.1.1', '1.1.1t'),
  ('/subscriptions/s-1/resourceGroups/rg-1/providers/Microsoft.ContainerRegistry/registries/harbor', 'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5', 'f2', 'CVE-2023-0002', NULL, 'sha256:bb', NULL, NULL, 'Low', 'zlib', '1.2', NULL),
  ('/subscriptions/s-1/resourceGroups/rg-1', 'dbd0cb49-b563-45e7-9724-889e799fa648', 'f3', 'CVE-2022-0003', 'db', 'sha256:cc', TIMESTAMP '2022-01-01', 5.0, 'Medium', 'curl', '7.0', '8.0')
) v(id_prefix, assessment_key, name, display_name, repository, digest, published, cvss, severity, package_name, package_version, fixed_version);
INSERT INTO resources (id, name, "type", properties) VALUES
  ('/r/1', 'r1', 'microsoft.security/assessments/subassessments', '{"status": {"severity": "High"}, "additionalData": {"repositoryName": "from json", "cvssV30Score": 4.5, "publishedTime": "2024-02-03T00:00:00.0000000Z"}}'),
  ('/r/2', 'r2', 'other', '{"status": {"severity": "Low"}}');
