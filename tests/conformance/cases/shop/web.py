"""The shop on the web."""

from fastapi import Depends, FastAPI

from shop import stock

app = FastAPI()


def opening_hours():
    return "9 to 18"


@app.get("/hours")
async def hours(value: str = Depends(opening_hours)):
    return {"hours": value}


@app.get("/broken")
async def broken():
    raise RuntimeError("the handler is broken")


@app.post("/orders")
async def place(order: dict):
    return {"id": await stock.order_async(order["flower"], order["count"])}
