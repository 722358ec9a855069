update argosy.findings f set paths = p.paths from m_paths p where p.finding = f.finding;
