// The result of a run, as tables for people and as JSON for programs. Pure; no key appears in clear.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/audit.hpp"
#include "load/tally.hpp"

namespace weir::load {

// A node as its /healthz described it before the run.
struct node_info {
  std::string url;
  std::string node_id;      // "-" where it is unknown
  std::string store_kind;   // "memory", "redis", or empty where it is unknown
  std::uint32_t store = 0;  // nodes with the same number are audited together
};

struct key_info {
  std::string masked;  // for people: "sk-...er-a"
  std::string id;      // SHA-256, the first 128 bits in hex
};

struct run_report {
  double seconds = 0;  // from the start of the first request to the start of the last
  std::uint32_t loops = 0, concurrency = 0;
  double rate = 0;  // 0: closed loop
  bool interrupted = false;
  double busiest_loop = 0;  // CPU seconds a second of the busiest event loop
  std::vector<node_info> nodes;
  std::vector<key_info> keys;
  tally counted{0, 0};
  std::vector<audit_line> audited;

  std::uint64_t over_admitted() const;
  bool audited_anything() const;  // if false, over_admitted() proves nothing
  double requests_per_second() const;
};

std::string text_of(const run_report& r);
std::string json_of(const run_report& r);

}  // namespace weir::load
