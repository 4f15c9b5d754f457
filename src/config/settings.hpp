// The settings of a node, with their defaults and with units in their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/encoding.hpp"

namespace weir::config {

struct settings {
  std::string redis_url;  // empty: the store is embedded
  std::string api_keys_file = "api_keys.yaml";
  std::string api_keys;  // inline YAML; its entries replace those of the file
  std::uint32_t window_seconds = 60;
  std::string node_id;  // empty: hostname:port
  bool bypass_limiter = false;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;  // 0: any free port; the startup log names it
  unsigned workers = 0;       // 0: one per core
  std::uint32_t default_output_tokens = 512;
  // The encoding of models whose encoding is unknown.
  tokens::encoding_name default_encoding = tokens::encoding_name::o200k_base;
  std::size_t max_body_bytes = 32U << 20;
  std::size_t max_connections = 10'000;  // over all workers
  std::uint32_t header_timeout_ms = 10'000;
  std::uint32_t body_timeout_ms = 30'000;
  std::uint32_t idle_timeout_ms = 75'000;
  std::uint32_t write_timeout_ms = 30'000;
  std::uint32_t store_deadline_ms = 250;
  std::uint32_t shutdown_seconds = 10;
  std::string key_id_secret;  // empty: key ids are plain hashes, with a warning for guessable keys
  std::uint32_t mock_completion_tokens = 32;
  std::uint32_t mock_delay_ms = 0;
  // The variables of the settings that flags gave; errors of these settings name the flags.
  std::vector<std::string_view> by_flag;
};

}  // namespace weir::config
