-- A script for wrk: POSTs chat requests of 330 bytes for KEYS keys in turn. bench/table.py reads its last
-- line.
local keys = tonumber(os.getenv('WEIR_BENCH_KEYS') or '1')
local free_share = tonumber(os.getenv('WEIR_BENCH_FREE_SHARE') or '0') -- the share with an unlimited key

local head = '{"model":"gpt-4o-mini","messages":[{"role":"system","content":"You are a helpful assistant."},'
  .. '{"role":"user","content":"'
local tail = '"}],"max_tokens":16,"temperature":0.7}'
local words = string.rep('What can the river below carry? ', 10)
local body = head .. words:sub(1, 330 - #head - #tail) .. tail

local function with_key(key)
  return wrk.format('POST', '/v1/chat/completions',
    { ['Authorization'] = 'Bearer ' .. key, ['Content-Type'] = 'application/json' }, body)
end

local prepared, free, next_one, since_free = {}, nil, 0, 0

function init()
  for i = 0, keys - 1 do prepared[i] = with_key(string.format('sk-bench-of-weir-%06d', i)) end
  free = with_key('sk-bench-of-weir-without-limit')
end

function request()
  if free_share > 0 then
    since_free = since_free + free_share
    if since_free >= 1 then
      since_free = since_free - 1
      return free
    end
  end
  next_one = (next_one + 1) % keys
  return prepared[next_one]
end

function done(summary, latency)
  io.write(string.format('weir-bench %d %d %d %d %d %d\n', summary.requests, summary.duration,
                         summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
