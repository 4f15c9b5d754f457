#include "load/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <numeric>
#include <set>

namespace weir::load {
namespace {

// The command line before it is checked.
struct raw_options {
  std::vector<std::string> nodes, keys;
  std::string duration = "60", max_tokens = "16-64";
};

constexpr const char* examples = R"(Examples:
  weir load --nodes http://127.0.0.1:8000 --api-keys sk-test-tier-a
  weir load --nodes http://127.0.0.1:8001,http://127.0.0.1:8002 --api-keys @keys.txt --duration 3m
  weir load --nodes http://127.0.0.1:8000 --api-keys sk-test-tier-a --rate 500 --json report.json
Exit codes: 0: success; 1: a key was over-admitted, or no request was admitted or throttled;
2: wrong command line, or the --json file cannot be opened; 130: a second Ctrl-C.)";

void declare(CLI::App& app, options& o, raw_options& raw) {
  app.add_option("--nodes", raw.nodes, "URLs of nodes (repeated, or separated by commas)")
      ->delimiter(',')
      ->type_name("URL");
  app.add_option("--api-keys", raw.keys,
                 "keys (repeated, or separated by commas), or @file with one key on each line")
      ->delimiter(',')
      ->type_name("KEY|@FILE");
  app.add_option("--duration", raw.duration,
                 "length of the run in seconds, or with a unit: 500ms, 90s, 3m, 1h")
      ->capture_default_str();
  app.add_option("--concurrency", o.concurrency, "requests in flight of each event loop")
      ->check(CLI::Range(1U, 100'000U))
      ->capture_default_str();
  app.add_option("--payload-cache-size", o.payload_cache_size,
                 "number of different prompts that are built before the run")
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  app.add_option("--max-connections", o.max_connections, "most connections over all event loops")
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  app.add_option("--processes", o.processes, "event loops, each a thread with its own connections")
      ->check(CLI::Range(1U, 1'024U))
      ->capture_default_str();
  app.add_option("--rate", o.rate,
                 "open loop: start R requests a second over all loops, however slow the responses are;\n"
                 "latency counts from the intended start (0: closed loop)")
      ->check(CLI::Range(0.0, 1e9))
      ->type_name("R")
      ->capture_default_str();
  app.add_flag("--honor-retry-after", o.honor_retry_after,
               "after a 429, wait as long as its retry-after says, as clients do");
  app.add_option("--max-tokens", raw.max_tokens,
                 "max_tokens of each request: a number, or a range to draw from")
      ->type_name("N|LOW-HIGH")
      ->capture_default_str();
  app.add_option("--model", o.model, "model of each request")->capture_default_str();
  app.add_option("--json", o.json_file, "write the report to this file as well (- for stdout)")
      ->type_name("FILE");
  app.add_option("--seed", o.seed, "seed of the random prompts, nodes and keys")->capture_default_str();
  app.add_option("--timeout-ms", o.timeout_ms,
                 "a request without a response is given up after this many milliseconds")
      ->check(CLI::Range(1U, 3'600'000U))
      ->capture_default_str();
  app.footer(examples);
}

// --- unknown flags: the nearest known flag

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t cost = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({cost, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

config::exit_request unknown(const CLI::App& app, const std::string& argument) {
  const std::string_view typed = std::string_view(argument).substr(0, argument.find('='));
  std::string nearest;
  std::size_t least = 1 + typed.size() / 3;
  for (const CLI::Option* option : app.get_options()) {
    const std::size_t distance = edit_distance(typed, option->get_name());
    if (distance <= least) {
      least = distance;
      nearest = option->get_name();
    }
  }
  const std::string hint =
      nearest.empty() ? "`weir load --help` shows all flags" : "did you mean " + nearest + "?";
  return {config::exit_usage, "weir load: unknown argument " + std::string(typed) + "; " + hint + "\n"};
}

// --- values

result<double> read_duration(const std::string& text) {
  static constexpr std::pair<std::string_view, double> units[] = {
      {"", 1}, {"s", 1}, {"ms", 0.001}, {"m", 60}, {"h", 3'600}};
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, text.data() + text.size());
  for (const auto& [name, seconds] : units) {
    const double duration = number * seconds;
    if (failure == std::errc() && unit == name && duration > 0 && duration <= 7 * 86'400) return duration;
  }
  return error{"--duration " + text + ": write seconds, or 500ms, 90s, 3m, 1h (at most a week)"};
}

// Parses "LOW-HIGH", or one number for both.
result<std::pair<std::uint32_t, std::uint32_t>> read_range(const std::string& text) {
  std::uint32_t low = 0, high = 0;
  const char* const end = text.data() + text.size();
  auto [at, failure] = std::from_chars(text.data(), end, low);
  high = low;
  if (failure == std::errc() && at != end && *at == '-')
    std::tie(at, failure) = [&] {
      const auto r = std::from_chars(at + 1, end, high);
      return std::pair(r.ptr, r.ec);
    }();
  if (failure == std::errc() && at == end && low >= 1 && low <= high && high <= 1'000'000)
    return std::pair(low, high);
  return error{"--max-tokens " + text + ": write a number or a range of 1 to 1000000, such as 64 or 16-64"};
}

bool can_be_a_key(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != ','; });
}

std::string trimmed(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  return begin == std::string::npos ? "" : line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

// One key on each line; empty lines and lines that begin with # are ignored.
result<void> read_key_file(const std::string& name, std::vector<std::string>& keys) {
  std::ifstream file(name);
  if (!file) return error{"--api-keys @" + name + ": the file cannot be read"};
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::string key = trimmed(line);
    if (key.empty() || key.starts_with('#')) continue;
    if (!can_be_a_key(key))
      return error{name + ":" + std::to_string(number) + ": not a key; write one key on each line"};
    keys.push_back(key);
  }
  return {};
}

result<void> read_keys(const raw_options& raw, options& o) {
  std::vector<std::string> keys;
  for (const std::string& key : raw.keys) {
    if (key.starts_with('@')) {
      if (auto r = read_key_file(key.substr(1), keys); !r) return r;
    } else if (can_be_a_key(key)) {
      keys.push_back(key);
    } else {
      return error{"--api-keys: a key must not contain spaces, commas or control characters"};
    }
  }
  std::set<std::string> seen;
  for (std::string& key : keys) {
    if (!key.empty() && seen.insert(key).second) o.keys.push_back(std::move(key));
  }
  if (o.keys.empty())
    return error{"--api-keys is missing: name the keys to use, such as --api-keys sk-test-tier-a"};
  return {};
}

result<void> read_nodes(const raw_options& raw, options& o) {
  std::set<std::string> seen;
  for (const std::string& text : raw.nodes) {
    if (text.empty()) continue;
    auto node = read_node_url(text);
    if (!node) return node.error();
    if (seen.insert(node->url).second) o.nodes.push_back(std::move(*node));
  }
  if (o.nodes.empty())
    return error{"--nodes is missing: name the nodes to load, such as --nodes http://127.0.0.1:8000"};
  return {};
}

result<void> finish(const raw_options& raw, options& o) {
  if (auto r = read_nodes(raw, o); !r) return r;
  if (auto r = read_keys(raw, o); !r) return r;
  const auto duration = read_duration(raw.duration);
  if (!duration) return duration.error();
  o.duration_s = *duration;
  const auto range = read_range(raw.max_tokens);
  if (!range) return range.error();
  std::tie(o.min_tokens, o.max_tokens) = *range;
  if (o.concurrency <= o.connections_per_loop()) return {};
  return error{"--concurrency " + std::to_string(o.concurrency) + ": each of " + std::to_string(o.processes) +
               " loops may have " + std::to_string(o.connections_per_loop()) +
               " connections; raise --max-connections or lower --processes"};
}

}  // namespace

result<options, config::exit_request> read_options(int argc, const char* const* argv) {
  CLI::App app(
      "Sends chat completions to nodes and audits, without trusting any node, that the limits of every key "
      "held.",
      "weir load");
  options o;
  raw_options raw;
  declare(app, o, raw);
  app.allow_extras();
  if (auto exit = config::parse_command_line(app, config::words_behind(argc, argv))) return std::move(*exit);
  if (const auto extra = app.remaining(); !extra.empty()) return unknown(app, extra.front());
  if (const auto r = finish(raw, o); !r)
    return config::exit_request{config::exit_usage, "weir load: " + r.error().message + "\n"};
  return o;
}

}  // namespace weir::load
