"""The contract of one provider, which delivers events and has no operations."""

from __future__ import annotations

CONTRACT = """\
title = "Hub"
version = "3"
documentation = "https://hub.example/docs"

[webhooks]
events = "webhooks"
name = { header = "x-hub-event" }
id = { header = "x-hub-delivery" }

[[webhooks.recognised]]
headers = { "x-hub-event" = ".+" }

[[webhooks.signatures]]
header = "x-hub-signature"
each = "sha256=([0-9a-f]{64})"
"""
