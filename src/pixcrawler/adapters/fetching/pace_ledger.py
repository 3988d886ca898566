"""What all workers together may ask of a host: one small hash per host in Redis, one script that changes it.

One round trip speaks for many hosts. All times are the server's, so workers' clocks may differ; every key
expires, so what a killed worker held comes back by itself. The script takes several keys at once, which
Redis Cluster does not allow.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from redis.asyncio import Redis
from redis.exceptions import RedisError

LEASE = 10.0  # seconds for which a worker may use connections without asking again
HORIZON = 0.5  # seconds of a host's starts that one worker is given at once
AHEAD = 0.25  # seconds: nobody is given starts that begin later; a pause is known to all soon
GUARD = 0.04  # seconds at most between the starts of two workers, beyond the pace: their lags differ
LONGEST_PAUSE = 3600.0
REMEMBERED = 600  # seconds that a slowed rate outlives its last use
ANSWERS = 2.0  # seconds that Redis gets


class LedgerAway(Exception):
    """Redis does not answer."""


class Ask(NamedTuple):
    """About one host. ``starts`` are wanted now; ``busy`` connections are in use, ``wanted`` in all.

    ``rate`` (starts per second) and ``connections`` are the limits for all together; rate 0: none.
    ``good`` answers and ``complaints`` came since the last time; ``pause`` is the longest that was asked
    for, ``spacing`` the longest Crawl-delay, both in seconds.
    """

    key: str
    rate: float
    connections: int
    starts: int
    busy: int
    wanted: int
    good: int
    complaints: int
    pause: float
    spacing: float


class Grant(NamedTuple):
    """``starts`` may be made, ``interval`` seconds apart, the first at ``begin`` by the server's clock;
    where none is granted, ``begin`` is when the next is free. Interval 0: as many as one likes from then on.
    """

    begin: float
    starts: int
    interval: float
    connections: int
    now: float


_SCRIPT = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
local me, lead, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local horizon, ahead, guard = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local longest, remembered = tonumber(ARGV[7]), tonumber(ARGV[8])
local answers = {}
for number, key in ipairs(KEYS) do
  local a = {}
  for i = 1, 9 do a[i] = tonumber(ARGV[8 + (number - 1) * 9 + i]) end
  local most, connections, starts, busy, wanted = a[1], a[2], a[3], a[4], a[5]
  local good, complaints, pause, spacing = a[6], a[7], a[8], a[9]

  local state, others, claimants, starving = {}, 0, 1, false
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    local field, value = flat[i], flat[i + 1]
    if field:sub(1, 2) ~= 'p:' then
      state[field] = value
    elseif field ~= 'p:' .. me then
      local held, want, ends = value:match('(%d+) (%d+) (%S+)')
      if tonumber(ends) < now then
        redis.call('HDEL', key, field)
      else
        others, claimants = others + tonumber(held), claimants + 1
        starving = starving or tonumber(want) > tonumber(held)
      end
    else
      state.mine = tonumber(value:match('%d+'))
    end
  end

  local rate = tonumber(state.rate or '0')
  for _ = 1, complaints do
    local base = rate > 0 and rate or (most > 0 and most or 40)
    rate = math.max(base / 2, math.min(base, 0.2))
  end
  if rate > 0 and good > 0 and complaints == 0 then rate = rate * 1.02 ^ good end
  if (most > 0 and rate >= most) or rate > 1000 then rate = 0 end
  spacing = math.max(spacing, tonumber(state.spacing or '0'))
  local pace = rate > 0 and rate or most
  local interval = math.max(pace > 0 and 1 / pace or 0, spacing)

  local give = math.max(2 * wanted, 2)
  if claimants > 1 then give = wanted end
  if starving then
    local share = math.floor(connections / claimants)
    if share == 0 and (state.mine or 0) == 0 then share = 1 end
    give = math.min(give, share)
  end
  give = math.max(busy, math.min(give, connections - others))

  local due = tonumber(state.due or '0')
  if complaints > 0 then due = math.max(due, now + math.max(math.min(pause, longest), interval)) end
  if a[9] > tonumber(state.spacing or '0') then due = math.max(due, now + spacing) end
  local begin, granted = math.max(now, due), 0
  if interval > 0 then
    if state.last ~= me then begin = math.max(now, due + math.min(guard, interval / 4)) end
    begin = math.max(begin, now + lead)
    if starts > 0 and give > 0 and begin - now <= ahead + lead then
      granted = math.max(1, math.floor(horizon / interval))
      if claimants > 1 then granted = math.max(1, math.min(granted, starts, give)) end
      due = begin + granted * interval
      redis.call('HSET', key, 'last', me)
    end
  end

  if wanted == 0 and busy == 0 then
    give = 0
    redis.call('HDEL', key, 'p:' .. me)
  else
    redis.call('HSET', key, 'p:' .. me, string.format('%d %d %.6f', give, wanted, now + lease))
  end
  redis.call('HSET', key, 'due', string.format('%.6f', due), 'rate', tostring(rate),
             'spacing', tostring(spacing))
  redis.call('EXPIRE', key, math.ceil(math.max(due - now, 0)) + remembered)
  answers[number] = string.format('%.6f %d %.9f %d %.6f', begin, granted, interval, give, now)
end
return answers
"""


class RedisLedger:
    """``me`` names this process among all others; ``prefix`` starts every key."""

    def __init__(self, url: str, *, prefix: str, me: str) -> None:
        self._redis = Redis.from_url(
            url, socket_timeout=None, socket_connect_timeout=ANSWERS, decode_responses=True
        )
        self._script = self._redis.register_script(_SCRIPT)
        self._prefix = prefix
        self._head = (me, LEASE, HORIZON, AHEAD, GUARD, LONGEST_PAUSE, REMEMBERED)

    async def exchange(self, asks: Sequence[Ask], *, lead: float) -> list[Grant]:
        """One grant per ask. Nothing is granted sooner than ``lead`` seconds from now. Raises LedgerAway."""
        me, *limits = self._head
        numbers: list[str | float] = [me, lead, *limits]
        for ask in asks:
            numbers.extend(ask[1:])
        keys = [f"{self._prefix}:pace:{ask.key}" for ask in asks]
        try:
            async with asyncio.timeout(ANSWERS):
                found = await self._script(keys=keys, args=numbers)
        except (RedisError, OSError, TimeoutError) as error:
            raise LedgerAway(type(error).__name__) from error
        return [_grant(text) for text in found]

    async def aclose(self) -> None:
        try:
            await self._redis.aclose()
        except (RedisError, OSError):
            return


def _grant(text: str) -> Grant:
    begin, starts, interval, connections, now = text.split(" ")
    return Grant(float(begin), int(starts), float(interval), int(connections), float(now))
