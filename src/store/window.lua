-- Runs the takes and settles of one batch, over the windows named by KEYS, in one atomic step.
--
-- A clock line comes before this body: `local clock = redis.call('TIME')` in production, an argument in
-- tests.
-- ARGV[1]: packed u32 words (docs/redis-layout.md): W, not_after (s, us), the count of operations, then
-- each operation:
--   take    scopes (1..4), asked r i o, then for each scope: index in KEYS from 1, limit r i o
--   settle  0, index in KEYS, second, epoch, reserved r i o, used r i o
-- Reply: packed u32 words: layout version 1, TIME (s, us), then for each operation in order:
--   take    0 admitted            then for each scope: total r i o, second, epoch
--           1 rejected, 2 never   scope*4+metric, microseconds until it fits, then for each scope as above
--           3 past not_after, 4 a window of wrong type or length
--   settle  1 applied, 0 not
-- Each window is read once, changed in memory, and written once at the end if an operation changed it.
-- src/limit/window.cpp is the reference of the arithmetic: replies and bytes are equal.

local call, pcall_redis, pack, unpack_bytes = redis.call, redis.pcall, struct.pack, struct.unpack
local floor, min, rep = math.floor, math.min, string.rep
local MOST, UNLIMITED = 4294967295, 4294967295
local SLACK = 2

local ops = ARGV[1]
local W, last_s, last_us, count = unpack_bytes('<I4I4I4I4', ops)
local RING, LENGTH = W + 1, 32 + 12 * (W + 1)
local now_s, now_us = tonumber(clock[1]), tonumber(clock[2])
local late = now_s > last_s or (now_s == last_s and now_us > last_us)

-- A window in memory is a list; fields are numbered because this is the hot path:
--   1 epoch, 2 head second, 3-5 total r i o, 6-8 head bucket r i o   as they will be written
--   9 an operation changed it   10 its key
--   11 the head as stored; nil: the whole ring is to be written (absent, restarted, or all of it has left)
--   12 the newest second it had been written in before this batch
--   13 1 absent, 2 restarted: no settle can belong to it before it is charged
--   14-16 the bucket r i o of the stored head, once the head has moved on
--   17 ring buckets changed in memory, by second
--   18 running sums over the ring, as far as rejections needed them
--   19 the whole string as stored, where it was needed
--   20 the second of the oldest stored bucket that is not empty (or of the stored head), 21-23 its r i o
local new_epoch = (now_s * 1000000 + now_us) % 4294967296

-- The bytes of the ring slots of `count` seconds from `first` on.
local function slots(key, first, count)
  local from = 32 + 12 * (first % RING)
  local around = from + 12 * count - LENGTH  -- the bytes that wrap around the end of the ring
  local bytes = call('GETRANGE', key, from, from + 12 * count - 1)
  return around <= 0 and bytes or bytes .. call('GETRANGE', key, '32', 31 + around)
end

local strides  -- runs of empty buckets, the longest first; made at first use
local function make_strides()
  strides = {}
  for _, stride in ipairs(W > 120 and { 64, 16, 4 } or { 16, 4 }) do
    strides[#strides + 1] = { stride, rep('\0', 12 * stride) }
  end
end

-- The first second from `second` on and before `stop` whose bucket in the stored string is not empty, and its
-- contents; `stop` where there is none.
local function next_used(stored_bytes, second, stop)
  if not strides then make_strides() end
  while second < stop do
    local r, i, o = unpack_bytes('<I4I4I4', stored_bytes, 33 + 12 * (second % RING))
    if r + i + o > 0 then return second, r, i, o end
    second = second + 1
    for k = 1, #strides do
      local stride, empty = strides[k][1], strides[k][2]
      local from = 33 + 12 * (second % RING)
      while second + stride <= stop and stored_bytes:sub(from, from + 12 * stride - 1) == empty do
        second = second + stride
        from = 33 + 12 * (second % RING)
      end
    end
  end
  return stop, 0, 0, 0
end

-- Subtracts what leaves when the head, whose bucket stands in 14-16 already, moves on to the present
-- second: what its passing slots hold.
local function move_head(w)
  local stored, passed = w[2], now_s - w[2]
  w[2], w[6], w[7], w[8] = now_s, 0, 0, 0
  if passed > W then
    w[11], w[3], w[4], w[5] = nil, 0, 0, 0
  elseif not w[19] then
    local bytes = slots(w[10], stored + 1, passed)
    for at = 1, #bytes, 12 do
      local r, i, o = unpack_bytes('<I4I4I4', bytes, at)
      w[3], w[4], w[5] = w[3] - r, w[4] - i, w[5] - o
    end
  else
    local second, r, i, o = next_used(w[19], stored - W, stored)
    while second < now_s - W do
      w[3], w[4], w[5] = w[3] - r, w[4] - i, w[5] - o
      second, r, i, o = next_used(w[19], second + 1, stored)
    end
    w[20], w[21], w[22], w[23] = second, r, i, o
  end
end

-- Numbers are passed as text: Redis formats a Lua number by printf, which costs more than the call.
local function read(key)
  local header = pcall_redis('GETRANGE', key, '0', '31')
  if type(header) == 'table' then return false end
  if header == '' and call('EXISTS', key) == 0 then
    return { new_epoch, now_s, 0, 0, 0, 0, 0, 0, false, key, nil, now_s, 1 }
  end
  if #header < 32 then return false end
  local epoch, second, r, i, o, hr, hi, ho = unpack_bytes('<I4I4I4I4I4I4I4I4', header)
  local passed = now_s - second
  local all = passed > 2 and passed <= W and call('GET', key)
  if (all and #all or call('STRLEN', key)) ~= LENGTH then return false end
  local w
  if passed > 0 then  -- with room for all it will hold
    w = { epoch, second, r, i, o, hr, hi, ho, false, key, second, second, nil, hr, hi, ho, nil, nil, all, nil,
          0, 0, 0 }
    move_head(w)
    return w
  end
  w = { epoch, second, r, i, o, hr, hi, ho, false, key, second, second }
  if passed < -SLACK then
    w[1], w[2], w[6], w[7], w[8], w[11], w[12], w[13] = new_epoch, now_s, r, i, o, nil, now_s, 2
  end
  return w
end

-- The windows of KEYS that were asked for so far; false: of wrong type or length.
local windows = {}
local function window(index)
  local w = windows[index]
  if w == nil then
    w = read(KEYS[index])
    windows[index] = w
  end
  return w
end

-- Running sums of the ring's buckets (without the head's), oldest first, made only as far as rejections
-- need them: a list
-- of second, r, i, o for each bucket that holds something, its size, and the second to look at next.
local function new_sums(w)
  w[18] = { size = 0, next = w[11] and w[20] or w[2] - W }
  return w[18]
end

-- Adds the next bucket that holds something; false: there is none before the head.
local function extend(w, list)
  local stored, second, r, i, o = w[11], list.next, 0, 0, 0
  if not stored or second > stored or second == w[2] then return false end
  if second < stored then second, r, i, o = next_used(w[19], second, stored) end
  list.next = second
  if second == w[2] then return false end
  local c = w[17] and w[17][second]
  if c then r, i, o = c[1], c[2], c[3] elseif second == stored then r, i, o = w[14], w[15], w[16] end
  local n = list.size
  list[n + 1], list[n + 2], list[n + 3], list[n + 4] =
    second, (list[n - 2] or 0) + r, (list[n - 1] or 0) + i, (list[n] or 0) + o
  list.size, list.next = n + 4, second + 1
  return true
end

-- The second whose leaving frees at least `need` of `metric` (1..3), with all before it.
local function freeing_second(w, metric, need)
  local list = w[18] or new_sums(w)
  local more, low = true, 0
  while more and (list[list.size + metric - 3] or 0) < need do more = extend(w, list) end
  local high = list.size / 4
  while low < high do
    local middle = floor((low + high) / 2)
    if list[4 * middle + metric + 1] >= need then high = middle else low = middle + 1 end
  end
  return list[4 * low + 1] or w[2]
end

-- Microseconds from now until at least `need` of `metric` (1..3) has left. Usually the oldest bucket is
-- enough.
local function frees(w, metric, need)
  local stored, second = w[11], nil
  if stored and not w[20] then
    w[19] = w[19] or call('GET', w[10])
    w[20], w[21], w[22], w[23] = next_used(w[19], w[2] - W, stored)
  end
  if stored and not w[17] and w[20 + metric] >= need then
    second = w[20]
  else
    second = freeing_second(w, metric, need)
  end
  return (second + W + 1 - now_s) * 1000000 - now_us
end

-- The reply, in pieces: one string an operation costs half of what a list of numbers does.
local out, n = { pack('<I4I4I4', 1, now_s, now_us) }, 1

-- Each amount is cut to what the total can still hold.
local function charge(w, r, i, o)
  local total_r, total_i, total_o = w[3] + r, w[4] + i, w[5] + o
  if total_r > MOST then total_r, r = MOST, MOST - w[3] end
  if total_i > MOST then total_i, i = MOST, MOST - w[4] end
  if total_o > MOST then total_o, o = MOST, MOST - w[5] end
  w[3], w[4], w[5], w[6], w[7], w[8], w[9] = total_r, total_i, total_o, w[6] + r, w[7] + i, w[8] + o, true
end

-- For one window, the metric that frees up last: code, metric from 0, microseconds; -1 where the take fits
-- (a metric without a limit, or an amount of 0, never refuses).
local function obstacle(w, r, i, o, most_r, most_i, most_o)
  if r > most_r then return 2, 0, 0 end
  if i > most_i then return 2, 1, 0 end
  if o > most_o then return 2, 2, 0 end
  local which, longest = 0, -1
  if r > 0 and most_r < UNLIMITED and w[3] + r > most_r then longest = frees(w, 1, w[3] + r - most_r) end
  if i > 0 and most_i < UNLIMITED and w[4] + i > most_i then
    local wait = frees(w, 2, w[4] + i - most_i)
    if wait > longest then which, longest = 1, wait end
  end
  if o > 0 and most_o < UNLIMITED and w[5] + o > most_o then
    local wait = frees(w, 3, w[5] + o - most_o)
    if wait > longest then which, longest = 2, wait end
  end
  return 1, which, longest
end

local function state(w)
  return pack('<I4I4I4I4I4', w[3], w[4], w[5], w[9] and w[2] or w[12], w[1])
end

-- A window whose clock was put back is written even where the take is rejected: else, full, it would stay
-- in its far future.
local function restart(w)
  if w[13] == 2 then w[9] = true end
end

-- A take of one window, given in full: the usual case, and therefore in line what fits without a second look.
local function take_one(r, i, o, index, most_r, most_i, most_o)
  local w = windows[index]
  if w == nil then w = window(index) end
  n = n + 1
  if not w then
    out[n] = pack('<I4', 4)
    return
  end
  local total_r, total_i, total_o = w[3] + r, w[4] + i, w[5] + o
  if total_r <= most_r and total_i <= most_i and total_o <= most_o then
    w[3], w[4], w[5], w[6], w[7], w[8], w[9] = total_r, total_i, total_o, w[6] + r, w[7] + i, w[8] + o, true
    out[n] = pack('<I4I4I4I4I4I4', 0, total_r, total_i, total_o, w[2], w[1])
    return
  end
  local code, metric, wait = obstacle(w, r, i, o, most_r, most_i, most_o)
  if wait < 0 then
    charge(w, r, i, o)
    out[n] = pack('<I4', 0) .. state(w)
  else
    out[n] = pack('<I4I4I4I4I4I4I4I4', code, metric, wait, w[3], w[4], w[5], w[9] and w[2] or w[12], w[1])
    if code == 1 then restart(w) end
  end
end

-- A take of several windows, whose scopes lie in `ops` at byte `at`.
local function take_all(scopes, at, r, i, o)
  local list, good, fit, code, where, longest = {}, true, true, 1, 0, -1
  for k = 1, scopes do
    list[k] = window((unpack_bytes('<I4', ops, at + 16 * (k - 1))))
    good = good and list[k]
  end
  n = n + 1
  if not good then
    out[n] = pack('<I4', 4)
    return
  end
  for k = 1, scopes do
    local most_r, most_i, most_o = unpack_bytes('<I4I4I4', ops, at + 16 * (k - 1) + 4)
    local its_code, metric, wait = obstacle(list[k], r, i, o, most_r, most_i, most_o)
    if code == 1 and (its_code == 2 or wait > longest) then
      code, where, longest = its_code, 4 * (k - 1) + metric, wait
    end
    fit = fit and wait < 0
  end
  out[n] = fit and pack('<I4', 0) or pack('<I4I4I4', code, where, longest)
  for k = 1, scopes do
    if fit then charge(list[k], r, i, o) end
    out[n + k] = state(list[k])
    if not fit and code == 1 then restart(list[k]) end
  end
  n = n + scopes
end

-- The ring bucket of `second`, to be changed in memory.
local function bucket(w, second)
  local changed, stored = w[17], w[11]
  if not changed then
    changed = {}
    w[17] = changed
  end
  local b = changed[second]
  if not b then
    b = { 0, 0, 0 }
    if second == stored then b = { w[14], w[15], w[16] } end
    if stored and second < stored then b = { unpack_bytes('<I4I4I4', slots(w[10], second, 1)) } end
    changed[second] = b
  end
  return b
end

local function settle(index, second, epoch, reserved, used)
  local w = window(index)
  if not w or w[13] and not w[9] then return 0 end
  if epoch ~= w[1] or second > w[2] or w[2] - second > W then return 0 end
  local b = second < w[2] and bucket(w, second)
  if b then w[18] = nil end
  for m = 1, 3 do
    local more = used[m] - reserved[m]
    if more > 0 then
      more = min(more, MOST - w[m + 2])
      w[m + 2], w[m + 5] = w[m + 2] + more, w[m + 5] + more
    elseif b then
      more = -min(-more, b[m])
      w[m + 2], b[m] = w[m + 2] + more, b[m] + more
    else
      more = -min(-more, w[m + 5])
      w[m + 2], w[m + 5] = w[m + 2] + more, w[m + 5] + more
    end
  end
  w[9] = true
  return 1
end

local at = 17
for _ = 1, count do
  local scopes, a, b, c, d, e, f, g = unpack_bytes('<I4I4I4I4I4I4I4I4', ops, at)
  if scopes == 0 then
    local h, k = unpack_bytes('<I4I4', ops, at + 32)
    n = n + 1
    out[n] = pack('<I4', settle(a, b, c, { d, e, f }, { g, h, k }))
    at = at + 40
  else
    if late then
      n = n + 1
      out[n] = pack('<I4', 3)
    elseif scopes == 1 then
      take_one(a, b, c, d, e, f, g)
    else
      take_all(scopes, at + 16, a, b, c)
    end
    at = at + 16 + 16 * scopes
  end
end

-- Writes ring bytes from the slot of second `first` on, around the ring's end where need be.
local function write_slots(key, first, bytes)
  local at = first % RING
  local room = 12 * (RING - at)
  call('SETRANGE', key, 32 + 12 * at, bytes:sub(1, room))
  if #bytes > room then call('SETRANGE', key, '32', bytes:sub(room + 1)) end
end

local function write(w)
  local key, stored, head, changed = w[10], w[11], w[2], w[17]
  local header = pack('<I4I4I4I4I4I4I4I4', w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8])
  if not stored then
    call('SET', key, header .. rep('\0', 12 * RING), 'EX', 2 * W + 2)
    return
  end
  call('SETRANGE', key, '0', header)
  if head > stored then
    local old = changed and changed[stored] or { w[14], w[15], w[16] }
    write_slots(key, stored, pack('<I4I4I4', old[1], old[2], old[3]) .. rep('\0', 12 * (head - stored - 1)))
    call('EXPIRE', key, 2 * W + 2)
  end
  if not changed then return end
  for second, b in pairs(changed) do  -- what lies at or behind `stored` is written above, or empty
    if second < stored then write_slots(key, second, pack('<I4I4I4', b[1], b[2], b[3])) end
  end
end

for index = 1, #KEYS do
  local w = windows[index]
  if w and w[9] then write(w) end
end
return table.concat(out)
