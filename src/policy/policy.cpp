#include "policy/policy.hpp"

#include <algorithm>

#include "policy/key_ids.hpp"

namespace weir::policy {

policy::policy(std::span<const key_entry> keys, const policy_options& options,
               const siphash_key& fingerprint_key)
    : shape_(limit::seconds_window(options.window_seconds)),
      keys_(keys, options.key_id_secret, fingerprint_key) {
  const auto weak = [](const key_entry& k) { return has_low_entropy(k.key); };
  low_entropy_keys_ = static_cast<std::size_t>(std::count_if(keys.begin(), keys.end(), weak));
}

limit::plan policy::plan_for(const key_record& key, const limit::amounts& asked) const {
  limit::plan p{.root = key.id, .asked = asked, .part_count = 1, .reported = 1, .parts = {}};
  p.parts[0] = {key.id, shape_, key.limits};
  return p;
}

}  // namespace weir::policy
