"""The pages of each role: each draws what `dashboards.views` reads, with the parts of `dashboards.frame`."""
