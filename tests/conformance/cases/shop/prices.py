"""What flowers cost."""

CURRENCY = "EUR"
PRICES = {"rose": 3, "tulip": 2}


def price(flower):
    return PRICES[flower]


def total(flowers):
    return sum(price(flower) for flower in flowers)


class Basket:
    def __init__(self, flowers):
        self.flowers = flowers

    def discount(self):
        return 1 if len(self.flowers) > 2 else 0

    def total(self):
        return total(self.flowers) - self.discount()
