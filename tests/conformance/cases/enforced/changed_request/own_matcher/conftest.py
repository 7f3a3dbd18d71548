import json


def same_flower(one, other):
    assert json.loads(one.body)["flower"] == json.loads(other.body)["flower"]


def pytest_recording_configure(config, vcr):
    vcr.register_matcher("same_flower", same_flower)
