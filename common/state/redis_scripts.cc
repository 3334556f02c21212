#include "state/redis_scripts.h"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

#include "crypto/digest.h"
#include "crypto/hex.h"

namespace weir::state {
namespace {

constexpr std::string_view kNextNumber = R"(
local function next_number(key)
  local time = redis.call('TIME')
  local last = tonumber(redis.call('GET', key) or '0')
  local number = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
  redis.call('SET', key, number)
  return number
end
)";

constexpr std::string_view kVersion = R"(
local function version_of(key)
  local kept = redis.call('HGET', KEYS[1], key)
  return kept and string.sub(kept, 1, string.find(kept, ' ', 1, true) - 1) or '0'
end
)";

constexpr std::string_view kPut = R"(
local key, expected = ARGV[2], ARGV[3]
if expected ~= '' and expected ~= version_of(key) then return {'conflict'} end
local number = next_number(KEYS[3])
redis.call('HSET', KEYS[1], key, number .. ' ' .. ARGV[4])
redis.call('ZADD', KEYS[2], 0, key)
redis.call('PUBLISH', ARGV[1], '+' .. number .. ' ' .. key)
return {'ok', number}
)";

constexpr std::string_view kRemove = R"(
local key, expected = ARGV[2], ARGV[3]
local version = version_of(key)
if expected ~= '' and expected ~= version then return {'conflict'} end
if version == '0' then return {'absent'} end
local number = next_number(KEYS[3])
redis.call('HDEL', KEYS[1], key)
redis.call('ZREM', KEYS[2], key)
redis.call('PUBLISH', ARGV[1], '-' .. number .. ' ' .. key)
return {'ok'}
)";

// Gives 'ok', '1' where there is more, and then keys and what is kept for them.
constexpr std::string_view kScan = R"(
local prefix, after, most, bytes = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local from = '[' .. prefix
if after >= prefix and after ~= '' then from = '(' .. after end
local reply = {'ok', '0'}
local size = 0
for _, key in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], from, '+', 'LIMIT', 0, most + 1)) do
  if string.sub(key, 1, #prefix) ~= prefix then break end
  if #reply >= 2 + 2 * most or size > bytes then
    reply[2] = '1'
    break
  end
  local kept = redis.call('HGET', KEYS[1], key)
  size = size + #kept - string.find(kept, ' ', 1, true)
  reply[#reply + 1] = key
  reply[#reply + 1] = kept
end
return reply
)";

constexpr std::string_view kAcquire = R"(
local held = redis.call('GET', KEYS[1])
if held then
  local owner = string.sub(held, string.find(held, ' ', 1, true) + 1)
  if owner ~= ARGV[1] then return {'conflict', owner} end
end
local number = next_number(KEYS[2])
redis.call('SET', KEYS[1], number .. ' ' .. ARGV[1], 'PX', ARGV[2])
return {'ok', number}
)";

constexpr std::string_view kRenew = R"(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'conflict'} end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {'ok'}
)";

constexpr std::string_view kRelease = R"(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'conflict'} end
redis.call('DEL', KEYS[1])
return {'ok'}
)";

RedisScript Script(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts)
    text += part;
  std::string sha =
      crypto::HexEncode(crypto::Sha1({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
  return {.text = std::move(text), .sha = std::move(sha)};
}

}  // namespace

RedisScripts::RedisScripts()
    : put(Script({kNextNumber, kVersion, kPut})),
      remove(Script({kNextNumber, kVersion, kRemove})),
      scan(Script({kScan})),
      acquire(Script({kNextNumber, kAcquire})),
      renew(Script({kRenew})),
      release(Script({kRelease})) {}

}  // namespace weir::state
