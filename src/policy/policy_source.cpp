#include "policy/policy_source.hpp"

#include <random>
#include <utility>

namespace weir::policy {
namespace {

std::uint64_t random_u64() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

result<std::vector<key_entry>> policy_source::read_keys() const {
  return load_keys(options_.key_file, options_.inline_keys);
}

result<policy_snapshot> policy_source::load() const {
  const auto keys = read_keys();
  if (!keys) return keys.error();
  const siphash_key fingerprint_key{random_u64(), random_u64()};
  return policy_snapshot(std::make_shared<const policy>(*keys, options_.policy, fingerprint_key));
}

}  // namespace weir::policy
