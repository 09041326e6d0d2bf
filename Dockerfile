# One image for the API, the worker and the migrations; the command says which.
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps --only-binary :all: -r requirements.lock

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1 BANCHENG_HOME=/data
RUN useradd --system --uid 10001 --home-dir /data --create-home bancheng
COPY --from=build /venv /venv
WORKDIR /app
COPY activities activities
COPY api api
COPY cli cli
COPY definitions definitions
COPY domain domain
COPY observability observability
COPY registry registry
COPY settings settings
COPY storage storage
COPY watch watch
COPY worker worker
COPY workflows workflows
RUN printf '#!/bin/sh\nexec python -m cli.main "$@"\n' > /usr/local/bin/bancheng && chmod 755 /usr/local/bin/bancheng
USER 10001
VOLUME /data
CMD ["python", "-m", "api"]
