#!lua flags=allow-oom
-- One step of a host's circuit breaker, the twin of `state.py`, where the rules are explained.
-- KEYS: the state of the host; the hosts that are not closed, each with the time until which it is open.
-- ARGV: the step (admit, success, failure, none), the time, the token and generation of the call, the host;
--       then the limits: failures, open_for, probe_for, and how long an untouched state is kept. All times in ms.
-- By its first line Valkey refuses the whole script where it may not write, and runs it even when memory is full.
-- Returns for `admit` the generation and the milliseconds to wait (0: let through), else nothing.

local key, unsettled = KEYS[1], KEYS[2]
local step, now, token, generation, host = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local threshold, open_for = tonumber(ARGV[6]), tonumber(ARGV[7])
local probe_for, keep_for = tonumber(ARGV[8]), tonumber(ARGV[9])
local PROBE_PAUSE = 1000

local stored = redis.call('HMGET', key, 'failures', 'generation', 'until', 'probe', 'probe_until')
local failures = tonumber(stored[1]) or 0
local current = stored[2] or ''
local open_until = tonumber(stored[3])
local probe = stored[4]
local probe_until = tonumber(stored[5])

local function write(...)
  redis.call('DEL', key)
  redis.call('HSET', key, ...)
  redis.call('PEXPIRE', key, keep_for)
end

local function open()
  write('generation', token, 'until', now + open_for)
  redis.call('ZREMRANGEBYSCORE', unsettled, '-inf', now - keep_for)
  redis.call('ZADD', unsettled, now + open_for, host)
  redis.call('PEXPIRE', unsettled, keep_for)
end

local function admit()
  if not open_until then
    return { current, 0 }
  elseif now < open_until then
    return { current, open_until - now }
  elseif probe and probe ~= token and now < probe_until then
    return { current, math.min(PROBE_PAUSE, probe_until - now) }
  end
  write('generation', current, 'until', open_until, 'probe', token, 'probe_until', now + probe_for)
  return { current, 0 }
end

local function settle_closed()
  if step == 'failure' and failures + 1 >= threshold then
    open()
  elseif step == 'failure' then
    write('generation', current, 'failures', failures + 1)
  elseif step == 'success' and failures > 0 then
    write('generation', current)
  end
end

local function settle_probe()
  if step == 'failure' then
    open()
  elseif step == 'success' then
    write('generation', token)
    redis.call('ZREM', unsettled, host)
  else
    write('generation', current, 'until', open_until)
  end
end

if step == 'admit' then
  return admit()
elseif not open_until and generation == current then
  settle_closed()
elseif open_until and probe == token then
  settle_probe()
end
