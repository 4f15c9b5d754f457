// The options of `weir load`, with their defaults, and their parser.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/command_line.hpp"
#include "load/node_url.hpp"

namespace weir::load {

struct options {
  std::vector<node_url> nodes;
  std::vector<std::string> keys;  // in clear; they are used in requests and nowhere else
  double duration_s = 60;
  std::uint32_t concurrency = 4;  // requests in flight of each event loop
  std::uint32_t payload_cache_size = 1024;
  std::uint32_t max_connections = 4000;  // over all event loops
  std::uint32_t processes = 4;           // event loops, each a thread
  double rate = 0;                       // requests a second over all loops; 0: a closed loop
  bool honor_retry_after = false;
  std::uint32_t min_tokens = 16, max_tokens = 64;  // max_tokens of a request is drawn from [min, max]
  std::string model = "gpt-4o";
  std::string json_file;  // empty: none; "-": stdout
  std::uint64_t seed = 1;
  std::uint32_t timeout_ms = 10'000;

  std::uint32_t connections_per_loop() const { return max_connections / processes; }
};

// Parses the command line; argv[0] is ignored. Reads the files that --api-keys @file names.
result<options, config::exit_request> read_options(int argc, const char* const* argv);

}  // namespace weir::load
