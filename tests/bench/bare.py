"""What reception is held beside: a route that checks an HMAC and inserts a row, and does nothing else."""

from __future__ import annotations

import hashlib
import hmac
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from sqlalchemy import LargeBinary, insert
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SECRET: Final = "a-secret-of-the-bench"


class Base(DeclarativeBase):
    """Its own tables."""


class Row(Base):
    """A delivery."""

    __tablename__ = "bare_deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


def make_app(database_url: str) -> FastAPI:
    """Return the application, whose table is made when it starts."""
    url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_async_engine(url, pool_size=10, max_overflow=0)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/webhooks")
    async def receive(request: Request) -> dict[str, bool]:
        body = await request.body()
        expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers.get("x-webhook-signature", "")):
            raise HTTPException(401)
        async with engine.begin() as connection:
            await connection.execute(insert(Row).values(body=body))
        return {"received": True}

    return app


if __name__ == "__main__":
    port = int(sys.argv[sys.argv.index("--port") + 1])
    uvicorn.run(make_app(os.environ["DATABASE_URL"]), port=port, log_config=None, access_log=False)
