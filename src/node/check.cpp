#include "node/check.hpp"

#include <algorithm>
#include <string>

#include "gate/key_identity.hpp"
#include "http/bind.hpp"
#include "redis/url.hpp"

namespace weir::node {

result<void, wrong_setting> check(const config::settings& settings) {
  if (!settings.redis_url.empty()) {
    const auto where = redis::parse_url(settings.redis_url);
    if (!where) return wrong_setting{"REDIS_URL", where.error().message};
  }
  asio::io_context loop;
  const auto at = http::listening_endpoint(loop, settings.host, settings.port);
  if (!at) return wrong_setting{"HOST", at.error().message};
  return {};
}

std::vector<key_id> ids_of(const config::settings& settings, std::span<const config::key_entry> keys) {
  std::vector<key_id> ids;
  ids.reserve(keys.size());
  for (const auto& entry : keys) ids.push_back(make_key_id(entry.key, settings.key_id_secret));
  return ids;
}

void caution(const config::settings& settings, std::span<const config::key_entry> keys, event_log& log) {
  if (settings.window_seconds != 60) {
    const std::string per = std::to_string(settings.window_seconds) + " s";
    log.write(severity::warning, "a window is not a minute: limits \"per minute\" hold per window",
              {{"window", per}, {"example", "request_per_minute: 120 means 120 per " + per}});
  }
  if (keys.empty()) log.write(severity::warning, "there are no keys: every request will be answered 401");
  const auto simple =
      std::count_if(keys.begin(), keys.end(), [](const config::key_entry& k) { return guessable(k.key); });
  if (simple > 0 && settings.key_id_secret.empty()) {
    log.write(severity::warning,
              "some keys are so simple that they could be guessed from their ids; set KEY_ID_SECRET, or use "
              "longer keys",
              {{"keys", std::to_string(simple)}});
  }
}

}  // namespace weir::node
