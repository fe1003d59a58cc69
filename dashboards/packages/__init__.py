"""Pages that are plain HTML around hosted packages: uploading one, and the way from a learner's page into one."""
