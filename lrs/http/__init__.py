"""Flask on `/xapi`, flask-smorest on `/api/v1`: translates requests, decides nothing."""
