"""Files that pages lead to, `/dashboards/download/…`: issued documents, and dossiers, sent as they are made."""
