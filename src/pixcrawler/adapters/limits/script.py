"""The script that counts, run by Redis as one step.

For each quota: ``most``, ``seconds``, and 0 unless it is the last one of its request: 1 when that is to be
counted, 2 for a look only. A counter is a hash of ``SLOTS`` + 1 slots of time and their sum. Back come, for
each quota, what remains, and in milliseconds when all of it is free again and when one more is: 0 when it was
counted.

This is the sliding window made of many small windows that Nikrad Mahdi describes in "An alternative approach
to rate limiting" (Figma, 2017), with one difference: a slot counts until even its youngest request has left
the window. So there are never more than ``most`` in any ``seconds``, and whoever was refused waits at most a
sixtieth of the window longer than necessary. (GCRA and token buckets let almost 2 x ``most`` pass within a
window that begins idle; a log of times needs memory for every request.)
"""

SCRIPT = """
local SLOTS = 60
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function name_of(slot) return string.format('%.0f', slot) end

-- What a counter holds now; slots that have left the window are dropped.
local function look(key, most, seconds)
  local width = seconds * 1000 / SLOTS
  local slot = math.floor(now / width)
  local state = redis.call('HMGET', key, 'used', 'first', 'last')
  local used, first = tonumber(state[1] or 0), tonumber(state[2] or slot)
  local last = tonumber(state[3] or slot)
  if last > slot + 1 then  -- the clock was set back
    redis.call('DEL', key)
    used, first, last = 0, slot, slot
  end
  slot = math.max(slot, last)
  while used > 0 do
    local count = redis.call('HGET', key, name_of(first))
    if count and slot - first <= SLOTS then break end
    if count then
      used = used - count
      redis.call('HDEL', key, name_of(first))
    end
    first = first + 1
  end
  if used == 0 then first, last = slot, slot end
  return {key = key, most = most, width = width, slot = slot, used = used, first = first, last = last}
end

local function ends(counter, slot)
  return math.max(1, math.ceil((slot + SLOTS + 1) * counter.width - now))
end

local function count(counter)
  counter.used, counter.last = counter.used + 1, counter.slot
  redis.call('HINCRBY', counter.key, name_of(counter.slot), 1)
  redis.call('HSET', counter.key, 'used', counter.used, 'first', name_of(counter.first),
             'last', name_of(counter.last))
  redis.call('PEXPIRE', counter.key, math.ceil((SLOTS + 2) * counter.width))
end

local function wait(counter)
  local over, slot = counter.used - counter.most, counter.first - 1
  if over < 0 then return 0 end
  while over >= 0 do
    slot = slot + 1
    over = over - (redis.call('HGET', counter.key, name_of(slot)) or 0)
  end
  return ends(counter, slot)
end

local answers, counters, free = {}, {}, true
for number, key in ipairs(KEYS) do
  local at = number * 3
  local counter = look(key, tonumber(ARGV[at - 2]), tonumber(ARGV[at - 1]))
  counters[#counters + 1] = counter
  free = free and counter.used < counter.most
  if ARGV[at] ~= '0' then
    for _, one in ipairs(counters) do
      if free and ARGV[at] == '1' then count(one) end
      answers[#answers + 1] = math.max(one.most - one.used, 0)
      answers[#answers + 1] = one.used > 0 and ends(one, one.last) or 0
      answers[#answers + 1] = free and 0 or wait(one)
    end
    counters, free = {}, true
  end
end
return answers
"""
