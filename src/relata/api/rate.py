"""How many requests a key or a session may send: a bucket of tokens for each, in the memory of the process.

A bucket fills with `rate` tokens a second up to a burst of ten seconds' worth; each request takes one. The answer carries
`RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), a refusal `Retry-After` (RFC 9110, section
10.2.3). Several web processes have several buckets.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from relata.errors import RelataError

BURST = 10
"""Seconds of the rate that may be used at once."""
MOST = 50_000
"""Buckets that are kept; who has not called for longest is forgotten, and so begins with a full one."""

Caller = tuple[str, bytes]


class TooMany(RelataError):
    """The caller has used up its requests; `seconds` from now there is one again."""

    status = 429
    code = "too_many_requests"

    def __init__(self, rate: int, seconds: int) -> None:
        super().__init__(f"At most {rate} requests a second are answered here; try again in {seconds} s.")
        self.seconds = seconds


@dataclass(slots=True)
class Bucket:
    """Tokens that were there at a time."""

    tokens: float
    at: float


@dataclass(slots=True)
class Rate:
    """The buckets of a process; a rate of 0 limits nobody."""

    rate: int
    _buckets: OrderedDict[Caller, Bucket] = field(default_factory=OrderedDict)

    @property
    def most(self) -> int:
        return self.rate * BURST

    def check(self, caller: Caller) -> None:
        """Raises TooMany for a caller that was recognised before and has nothing left; nobody else has a bucket."""
        bucket = self._buckets.get(caller)
        if bucket is not None:
            self._refuse(bucket.tokens + (time.monotonic() - bucket.at) * self.rate)

    def take(self, caller: Caller) -> int:
        """One token of a recognised caller; what is left. Raises TooMany."""
        now = time.monotonic()
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = Bucket(self.most, now)
            if len(self._buckets) > MOST:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(caller)
        bucket.tokens = min(self.most, bucket.tokens + (now - bucket.at) * self.rate)
        bucket.at = now
        self._refuse(bucket.tokens)
        bucket.tokens -= 1
        return math.floor(bucket.tokens)

    def _refuse(self, tokens: float) -> None:
        if tokens < 1:
            raise TooMany(self.rate, math.ceil((1 - tokens) / self.rate))

    def headers(self, left: int) -> list[tuple[bytes, bytes]]:
        """What is allowed, what is left, and in how many seconds the bucket is full again."""
        full = math.ceil((self.most - left) / self.rate)
        policy = b'"default";q=%d;w=%d' % (self.most, BURST)
        return [(b"ratelimit-policy", policy), (b"ratelimit", b'"default";r=%d;t=%d' % (left, full))]
