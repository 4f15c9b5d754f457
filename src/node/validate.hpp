// Checks settings before a node runs on them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "policy/key_file.hpp"
#include "policy/policy_source.hpp"

namespace weir::node {

// A setting that prevents a start.
struct wrong_setting {
  std::string_view variable;
  std::string message;
};

// Checks that a node could run on these settings, without opening or connecting anything; a port in use is
// not noticed. Blocks on a name lookup where HOST is a name.
result<void, wrong_setting> validate(const config::settings& settings);

// The options of the policy source in these settings.
policy::policy_source_options policy_source_options_of(const config::settings& settings);

// The id of each key, in order. About a microsecond a key.
std::vector<key_id> ids_of(const config::settings& settings, std::span<const policy::key_entry> keys);

}  // namespace weir::node
