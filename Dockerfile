# Two stages: the first builds, the second holds Python and Baraza, and nothing that builds.
FROM docker.io/library/python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/baraza
COPY requirements-run.lock /build/
RUN /opt/baraza/bin/pip install --require-hashes -r /build/requirements-run.lock
COPY . /build/
RUN /opt/baraza/bin/pip install --no-deps /build && /opt/baraza/bin/python -m bot.rendering

FROM docker.io/library/python:3.13-slim-trixie
COPY --from=build /opt/baraza /opt/baraza
ENV PATH=/opt/baraza/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BARAZA_DATA_DIR=/data \
    BARAZA_LOG_FORMAT=json
# Nobody on the host, and nobody's name: the same number owns /data.
RUN install -d -m 700 -o 10001 -g 10001 /data
USER 10001:10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m CMD ["baraza", "health"]
ENTRYPOINT ["baraza"]
CMD ["run"]
