"""Fixtures that several test files share."""

import pathlib

import pytest

from weir_harness import BINARY, RedisServer


def pytest_sessionstart(session):
    if not pathlib.Path(BINARY).exists():
        pytest.exit(f"no binary at {BINARY}: run scripts/test, or set WEIR_BINARY", returncode=2)


@pytest.fixture
def redis_server():
    with RedisServer() as server:
        yield server
