-- The takes and settles of one batch, over the windows named by KEYS, in one atomic step.
--
-- A clock line comes before this body: `local clock = redis.call('TIME')` in production, an argument in tests.
-- ARGV[1]: packed u32 words (docs/redis-layout.md): W, not_after (s, us), the count of operations, then each operation:
--   take    scopes (1..4), asked r i o, then for each scope: index in KEYS from 1, limit r i o
--   settle  0, index in KEYS, second, epoch, reserved r i o, used r i o
-- Reply: packed u32 words: layout version 1, TIME (s, us), then for each operation in order:
--   take    0 admitted            then for each scope: total r i o, second, epoch
--           1 rejected, 2 never   scope*4+metric, microseconds until it fits, then for each scope as above
--           3 past not_after, 4 a window of wrong type or length
--   settle  1 applied, 0 not
-- Each window is read once, worked on in memory, and written once at the end if an operation changed it.
-- The arithmetic is that of src/limit/window.cpp, its reference: equal replies, equal bytes.

local call, pcall_redis, pack, unpack_bytes = redis.call, redis.pcall, struct.pack, struct.unpack
local floor, rep = math.floor, string.rep
local MOST, UNLIMITED = 4294967295, 4294967295
local SLACK = 2

local words = { unpack_bytes('<' .. rep('I4', #ARGV[1] / 4), ARGV[1]) }
local W = words[1]
local RING, LENGTH = W + 1, 32 + 12 * (W + 1)
local now_s, now_us = tonumber(clock[1]), tonumber(clock[2])
local late = now_s > words[2] or (now_s == words[2] and now_us > words[3])

-- A window in memory:
--   1 epoch, 2 head second, 3-5 total r i o, 6-8 head bucket r i o   as they will be written
--   9 the newest second it was written in   10 an operation changed it   11 key
--   12 the head as stored; nil: the whole ring is to be written (absent, restarted, or all of it has left)
--   13 ring buckets changed in memory, by second   14 running sums over the ring, made by the first rejection
local EPOCH, HEAD, WRITTEN, DIRTY, KEY, STORED, CHANGED, SUMS, ANEW = 1, 2, 9, 10, 11, 12, 13, 14, 15
local BAD = false
local new_epoch = (now_s * 1000000 + now_us) % 4294967296

-- The bytes of the ring slots of `count` seconds from `first` on.
local function slots(key, first, count)
  local at = first % RING
  if at + count <= RING then return call('GETRANGE', key, 32 + 12 * at, 31 + 12 * (at + count)) end
  return call('GETRANGE', key, 32 + 12 * at, -1) .. call('GETRANGE', key, 32, 31 + 12 * (at + count - RING))
end

-- Subtracts what leaves when the head moves on to the present second: the slots that are passed over.
local function move_head(w)
  local stored, passed = w[HEAD], now_s - w[HEAD]
  w[HEAD] = now_s
  if passed > W then
    w[STORED], w[3], w[4], w[5] = nil, 0, 0, 0
  else
    local bytes = slots(w[KEY], stored + 1, passed)
    for at = 1, #bytes, 12 do
      local r, i, o = unpack_bytes('<I4I4I4', bytes, at)
      w[3], w[4], w[5] = w[3] - r, w[4] - i, w[5] - o
    end
    w[CHANGED] = { [stored] = { w[6], w[7], w[8] } }
  end
  w[6], w[7], w[8] = 0, 0, 0
end

local function read(key)
  local head = pcall_redis('GETRANGE', key, 0, 31)
  if type(head) == 'table' then return BAD end
  if head == '' and call('EXISTS', key) == 0 then
    return { new_epoch, now_s, 0, 0, 0, 0, 0, 0, now_s, false, key, nil, nil, nil, true }
  end
  if call('STRLEN', key) ~= LENGTH then return BAD end
  local epoch, second, r, i, o, hr, hi, ho = unpack_bytes('<I4I4I4I4I4I4I4I4', head)
  local w = { epoch, second, r, i, o, hr, hi, ho, second, false, key, second }
  if now_s > second then
    move_head(w)
  elseif second - now_s > SLACK then
    w[EPOCH], w[HEAD], w[WRITTEN], w[STORED], w[ANEW] = new_epoch, now_s, now_s, nil, true
    w[6], w[7], w[8] = r, i, o
  end
  return w
end

local windows = {}
local function window(index)
  local w = windows[index]
  if w == nil then
    w = read(KEYS[index])
    windows[index] = w
  end
  return w
end

-- Running sums of the ring's buckets (without the head's), oldest first: parallel lists of seconds and of sums of each metric.
local CHUNK = 64
local EMPTY = rep('\0', 12 * CHUNK)
local function sums(w)
  local list = { {}, {}, {}, {} }
  w[SUMS] = list
  if not w[STORED] then return list end
  local first, n, sum_r, sum_i, sum_o = w[HEAD] - W, 0, 0, 0, 0
  local changed = w[CHANGED] or {}
  local bytes = slots(w[KEY], first, w[STORED] - first)
  local function add(second, r, i, o)
    n, sum_r, sum_i, sum_o = n + 1, sum_r + r, sum_i + i, sum_o + o
    list[1][n], list[2][n], list[3][n], list[4][n] = second, sum_r, sum_i, sum_o
  end
  for at = 1, #bytes, 12 * CHUNK do
    if bytes:sub(at, at + 12 * CHUNK - 1) ~= EMPTY then
      local count = math.min(CHUNK, (#bytes - at + 1) / 12)
      local t = { unpack_bytes('<' .. rep('I4', 3 * count), bytes, at) }
      for k = 0, count - 1 do
        local second = first + (at - 1) / 12 + k
        local c = changed[second]
        local r, i, o = t[3 * k + 1], t[3 * k + 2], t[3 * k + 3]
        if c then r, i, o = c[1], c[2], c[3] end
        if r + i + o > 0 then add(second, r, i, o) end
      end
    end
  end
  local c = w[STORED] ~= w[HEAD] and changed[w[STORED]]
  if c then add(w[STORED], c[1], c[2], c[3]) end
  return list
end

-- Microseconds from now until at least `need` of `metric` (1..3) has left.
local function frees(w, metric, need)
  local list = w[SUMS] or sums(w)
  local seconds, totals = list[1], list[metric + 1]
  local low, high = 1, #seconds + 1
  while low < high do
    local middle = floor((low + high) / 2)
    if totals[middle] >= need then high = middle else low = middle + 1 end
  end
  return ((seconds[low] or w[HEAD]) + W + 1 - now_s) * 1000000 - now_us
end

local out, n = { 1, now_s, now_us }, 3

-- The scopes' states, as every judged take ends with.
local function states(p, scopes, head)
  for at = p + 4, p + 4 * scopes, 4 do
    local w = windows[words[at]]
    out[n + 1], out[n + 2], out[n + 3], out[n + 4], out[n + 5] = w[3], w[4], w[5], w[head], w[EPOCH]
    n = n + 5
  end
end

-- The verdict other than admitted: its code, scope*4+metric, and when it fits. nil: it fits.
local function obstacle(p, scopes)
  for k = 0, scopes - 1 do
    for m = 1, 3 do
      if words[p + m] > words[p + 4 + 4 * k + m] then return 2, 4 * k + m - 1, 0 end
    end
  end
  local where, longest
  for k = 0, scopes - 1 do
    local at = p + 4 + 4 * k
    local w = windows[words[at]]
    for m = 1, 3 do
      local asked, limit = words[p + m], words[at + m]
      if asked > 0 and limit < UNLIMITED and w[m + 2] + asked > limit then
        local wait = frees(w, m, w[m + 2] + asked - limit)
        if not longest or wait > longest then where, longest = 4 * k + m - 1, wait end
      end
    end
  end
  if where then return 1, where, longest end
end

local function charge(w, r, i, o)
  if w[3] + r > MOST then r = MOST - w[3] end
  if w[4] + i > MOST then i = MOST - w[4] end
  if w[5] + o > MOST then o = MOST - w[5] end
  w[3], w[4], w[5], w[6], w[7], w[8] = w[3] + r, w[4] + i, w[5] + o, w[6] + r, w[7] + i, w[8] + o
  w[WRITTEN], w[DIRTY], w[ANEW] = w[HEAD], true, nil
end

local function take(p)
  local scopes = words[p]
  local code = late and 3 or 0
  for at = p + 4, p + 4 * scopes, 4 do
    if code == 0 and window(words[at]) == BAD then code = 4 end
  end
  if code == 0 then
    local verdict, where, wait = obstacle(p, scopes)
    n = n + 1
    if verdict then
      out[n], out[n + 1], out[n + 2] = verdict, where, wait
      n = n + 2
      states(p, scopes, WRITTEN)
    else
      out[n] = 0
      for at = p + 4, p + 4 * scopes, 4 do charge(windows[words[at]], words[p + 1], words[p + 2], words[p + 3]) end
      states(p, scopes, HEAD)
    end
  else
    n = n + 1
    out[n] = code
  end
  return p + 4 + 4 * scopes
end

-- The ring bucket of `second`, to be changed in memory.
local function bucket(w, second)
  local changed = w[CHANGED]
  if not changed then
    changed = {}
    w[CHANGED] = changed
  end
  local b = changed[second]
  if not b then
    b = { 0, 0, 0 }
    if w[STORED] and second < w[STORED] then b = { unpack_bytes('<I4I4I4', slots(w[KEY], second, 1)) } end
    changed[second] = b
  end
  return b
end

local function settle(p)
  local w, second = window(words[p + 1]), words[p + 2]
  n = n + 1
  out[n] = 0
  if not w or w[ANEW] or words[p + 3] ~= w[EPOCH] or second > w[HEAD] or w[HEAD] - second > W then return p + 10 end
  local b = second < w[HEAD] and bucket(w, second)
  if b then w[SUMS] = nil end
  for m = 1, 3 do
    local reserved, used = words[p + 3 + m], words[p + 6 + m]
    if used > reserved then
      local more = math.min(used - reserved, MOST - w[m + 2])
      w[m + 2], w[m + 5] = w[m + 2] + more, w[m + 5] + more
    else
      local back = math.min(reserved - used, b and b[m] or w[m + 5])
      w[m + 2] = w[m + 2] - back
      if b then b[m] = b[m] - back else w[m + 5] = w[m + 5] - back end
    end
  end
  w[WRITTEN], w[DIRTY] = w[HEAD], true
  out[n] = 1
  return p + 10
end

local p = 5
for _ = 1, words[4] do
  if words[p] == 0 then p = settle(p) else p = take(p) end
end

-- Writes ring bytes from the slot of second `first` on, around the ring's end where need be.
local function write_slots(key, first, bytes)
  local at = first % RING
  local room = 12 * (RING - at)
  call('SETRANGE', key, 32 + 12 * at, bytes:sub(1, room))
  if #bytes > room then call('SETRANGE', key, 32, bytes:sub(room + 1)) end
end

local function write(w)
  local key, stored, head = w[KEY], w[STORED], w[HEAD]
  local header = pack('<I4I4I4I4I4I4I4I4', w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8])
  if not stored then
    call('SET', key, header .. rep('\0', 12 * RING), 'EX', 2 * W + 2)
  else
    call('SETRANGE', key, 0, header)
    if head > stored then
      local old = w[CHANGED][stored]
      write_slots(key, stored, pack('<I4I4I4', old[1], old[2], old[3]) .. rep('\0', 12 * (head - stored - 1)))
      call('EXPIRE', key, 2 * W + 2)
    end
  end
  for second, b in pairs(w[CHANGED] or {}) do  -- what lies at or behind `stored` is written above, or empty
    if stored and second < stored then write_slots(key, second, pack('<I4I4I4', b[1], b[2], b[3])) end
  end
end

for index = 1, #KEYS do
  local w = windows[index]
  if w and w[DIRTY] then write(w) end
end
return pack('<' .. rep('I4', n), unpack(out))
