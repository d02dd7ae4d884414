# The image of Relata: server, worker and command line, as a user without rights.
#
#   docker build --tag relata .
#   docker run --publish 8000:8000 --volume relata:/data relata
#
# On its own it keeps its data in /data, with an embedded PostgreSQL; with RELATA_DATABASE_URL in a PostgreSQL of yours.

FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY src ./src
COPY web ./web
RUN pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.11-slim-bookworm
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --no-deps /wheels/*.whl \
    && groupadd --gid 10001 relata \
    && useradd --uid 10001 --gid relata --no-create-home --home-dir /data --shell /usr/sbin/nologin relata \
    && install --directory --owner=relata --group=relata --mode=0700 /data
USER 10001:10001
WORKDIR /data
ENV HOME=/data \
    PYTHONUNBUFFERED=1 \
    RELATA_DATA_DIR=/data \
    RELATA_HOST=0.0.0.0 \
    RELATA_PORT=8000
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['RELATA_PORT'] + '/readyz', timeout=4)"]
ENTRYPOINT ["relata"]
CMD ["serve"]
