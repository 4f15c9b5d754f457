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

void announce(const node_facts& facts, event_log& log) {
  log.write(severity::info, "listening",
            {{"url", facts.url},
             {"node_id", facts.node_id},
             {"workers", std::to_string(facts.workers)},
             {"keys", std::to_string(facts.keys)},
             {"store", facts.store_kind},
             {"limits", std::string(scope_of_limits(facts.store_kind))},
             {"window", std::to_string(facts.window_seconds) + " s"},
             {"version", std::string(version())}});
}

}  // namespace weir::node
