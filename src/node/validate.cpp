#include "node/validate.hpp"

#include "http/listen.hpp"
#include "policy/key_ids.hpp"
#include "redis/url.hpp"

namespace weir::node {

result<void, wrong_setting> validate(const config::settings& settings) {
  if (!settings.redis_url.empty()) {
    const auto where = redis::parse_url(settings.redis_url);
    if (!where) return wrong_setting{"REDIS_URL", where.error().message};
  }
  asio::io_context loop;
  const auto at = http::listening_endpoint(loop, settings.host, settings.port);
  if (!at) return wrong_setting{"HOST", at.error().message};
  return {};
}

policy::policy_source_options policy_source_options_of(const config::settings& settings) {
  return {.key_file = settings.api_keys_file,
          .inline_keys = settings.api_keys,
          .policy = {.key_id_secret = settings.key_id_secret, .window_seconds = settings.window_seconds}};
}

std::vector<key_id> ids_of(const config::settings& settings, std::span<const policy::key_entry> keys) {
  std::vector<key_id> ids;
  ids.reserve(keys.size());
  for (const auto& entry : keys) ids.push_back(policy::make_key_id(entry.key, settings.key_id_secret));
  return ids;
}

}  // namespace weir::node
