#include "node/startup_log.hpp"

#include <string>
#include <string_view>

#include "node/version.hpp"

namespace weir::node {
namespace {

// Whose limits they are, in words.
std::string_view scope_of_limits(std::string_view store_kind) {
  if (store_kind == "redis") return "limits are shared by all nodes on this Redis";
  if (store_kind == "bypass") return "BYPASS_LIMITER: keys are checked, nothing is limited";
  return "limits are this node's alone (give every node the same REDIS_URL to share them)";
}

}  // namespace

void log_startup(const node_info& info, std::size_t keys, event_log& log) {
  log.write(severity::info, "listening",
            {{"url", info.url},
             {"node_id", info.node_id},
             {"workers", std::to_string(info.workers)},
             {"keys", std::to_string(keys)},
             {"store", info.store_kind},
             {"limits", std::string(scope_of_limits(info.store_kind))},
             {"window", std::to_string(info.window_seconds) + " s"},
             {"version", std::string(version())}});
}

void log_setting_warnings(const config::settings& settings, event_log& log) {
  if (settings.window_seconds == 60) return;
  const std::string window = std::to_string(settings.window_seconds) + " s";
  log.write(severity::warning, "the window is not a minute: limits named \"per minute\" hold per window",
            {{"window", window}, {"example", "request_per_minute: 120 means 120 per " + window}});
}

void log_policy_warnings(const policy::policy& policy, const config::settings& settings, event_log& log) {
  if (policy.key_count() == 0) log.write(severity::warning, "there are no keys: every request will get 401");
  if (policy.low_entropy_key_count() > 0 && settings.key_id_secret.empty()) {
    log.write(severity::warning,
              "some keys are so simple that they could be guessed from their ids: set KEY_ID_SECRET or use "
              "longer keys",
              {{"keys", std::to_string(policy.low_entropy_key_count())}});
  }
}

}  // namespace weir::node
