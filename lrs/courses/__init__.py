"""Content that learners open: launches of SCORM, hosted packages and cmi5, and what comes back from them."""
