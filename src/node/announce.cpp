#include "node/announce.hpp"

#include <string>

#include "node/version.hpp"

namespace weir::node {
namespace {

// Whose limits they are, in words.
std::string_view scope_of_limits(std::string_view store_kind) {
  if (store_kind == "redis") return "limits hold over all nodes on this Redis";
  if (store_kind == "bypass") return "BYPASS_LIMITER: keys are checked, nothing is limited";
  return "limits are this node's alone (give every node the same REDIS_URL to share them)";
}

}  // namespace

void announce(const node_facts& facts, const config::settings& settings, std::size_t guessable_keys, event_log& log) {
  log.write(severity::info, "listening",
            {{"url", facts.url},
             {"node_id", facts.node_id},
             {"workers", std::to_string(facts.workers)},
             {"keys", std::to_string(facts.keys)},
             {"store", facts.store_kind},
             {"limits", std::string(scope_of_limits(facts.store_kind))},
             {"window", std::to_string(facts.window_seconds) + " s"},
             {"version", std::string(version())}});
  if (facts.window_seconds != 60) {
    const std::string per = std::to_string(facts.window_seconds) + " s";
    log.write(severity::warning, "a window is not a minute: the key file's limits per minute hold per window",
              {{"window", per}, {"example", "request_per_minute: 120 means 120 per " + per}});
  }
  if (facts.keys == 0) log.write(severity::warning, "there are no keys: every request will be answered 401");
  if (guessable_keys > 0 && settings.key_id_secret.empty()) {
    log.write(severity::warning,
              "some keys are so simple that they could be guessed from their ids; set KEY_ID_SECRET, or use longer keys",
              {{"keys", std::to_string(guessable_keys)}});
  }
}

}  // namespace weir::node
