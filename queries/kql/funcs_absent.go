package kql

import "strings"

// absent says why a function that Kusto has is not here, "" for a name that
// Kusto does not know either. The reason is better advice than the nearest
// name.
func absent(name string) string {
	const (
		estimate = "its result is an estimate that cannot be reproduced"
		service  = "it tells of a Kusto cluster, which argosy is not"
		heavy    = "argosy has no counterpart that gives the same digits"
	)
	for _, group := range []struct{ names, why string }{
		{"hll hll_merge hll_if dcount_hll hll_normalize dcount_intersect tdigest tdigest_merge merge_tdigest percentile_tdigest percentiles_array_tdigest percentrank_tdigest rank_tdigest",
			estimate + "; dcount and percentile are exact here"},
		{"hash hash_xxhash64 hash_combine hash_many", "its digits come from an algorithm DuckDB does not have; hash_md5, hash_sha1 and hash_sha256 are there"},
		{"gzip_compress_to_base64_string gzip_decompress_from_base64_string zlib_compress_to_base64_string zlib_decompress_from_base64_string", "queries cannot compress or unpack"},
		{"parse_xml parse_user_agent parse_command_line", "there is no parser for it"},
		{"buildschema", "write gettype(...) or bag_keys(...) of what is looked for"},
		{"row_window_session", "a session depends on the one before; compare with prev(...) instead"},
		{"current_cluster_endpoint current_database current_principal current_principal_details current_principal_is_member_of cursor_after cursor_before_or_at cursor_current current_cursor extent_id extentid extent_tags ingestion_time estimate_data_size cluster database external_table materialized_view stored_query_result", service},
		{"beta_cdf beta_inv beta_pdf erf erfc welch_test", heavy},
		{"series_fft series_ifft series_fit_line series_fit_line_dynamic series_fit_2lines series_fit_2lines_dynamic series_fit_poly series_iir series_outliers series_periods_detect series_periods_validate series_seasonal series_decompose series_decompose_anomalies series_decompose_forecast", heavy},
		{"convert_angle convert_energy convert_force convert_length convert_mass convert_speed convert_temperature convert_volume", "multiply with the factor between the units"},
		{"punycode_from_string punycode_to_string punycode_domain_from_string punycode_domain_to_string datetime_list_timezones datetime_to_locale_string column_names_of bin_auto ipv4_range_to_cidr_list geo_info_from_ip_address", "it is not supported"},
	} {
		for _, n := range strings.Fields(group.names) {
			if n == name {
				return group.why
			}
		}
	}
	if strings.HasPrefix(name, "geo_") {
		return "argosy knows no geography"
	}
	return ""
}
