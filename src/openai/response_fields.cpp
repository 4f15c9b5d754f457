#include "openai/response_fields.hpp"

#include <simdjson.h>

#include <charconv>
#include <limits>
#include <vector>

namespace weir::openai {

struct usage_reader::impl {
  std::vector<char> padded;  // reused
  simdjson::ondemand::parser parser;
};

usage_reader::usage_reader() : impl_(std::make_unique<impl>()) {}
usage_reader::~usage_reader() = default;

namespace {

bool read_count(simdjson::ondemand::value value, std::uint32_t& count) {
  std::uint64_t n = 0;
  if (value.get_uint64().get(n) != simdjson::SUCCESS || n > std::numeric_limits<std::uint32_t>::max())
    return false;
  count = static_cast<std::uint32_t>(n);
  return true;
}

std::optional<limit::amounts> read_usage(simdjson::ondemand::object usage) {
  limit::amounts used{.requests = 1};
  unsigned found = 0;
  for (auto field : usage) {
    std::string_view name;
    simdjson::ondemand::value value;
    if (field.unescaped_key().get(name) != simdjson::SUCCESS || field.value().get(value) != simdjson::SUCCESS)
      return std::nullopt;
    const bool input = name == "prompt_tokens";
    if (!input && name != "completion_tokens") continue;
    if (!read_count(value, input ? used.input_tokens : used.output_tokens)) return std::nullopt;
    found |= input ? 1U : 2U;
  }
  return found == 3 ? std::optional(used) : std::nullopt;
}

std::uint64_t number_or_0(std::string_view text) {
  std::uint64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

}  // namespace

std::optional<limit::amounts> usage_reader::read(std::string_view body) {
  simdjson::ondemand::document document;
  simdjson::ondemand::object usage;
  std::vector<char>& copy = impl_->padded;
  copy.assign(body.begin(), body.end());
  copy.resize(body.size() + simdjson::SIMDJSON_PADDING);
  if (impl_->parser.iterate(copy.data(), body.size(), copy.size()).get(document) != simdjson::SUCCESS)
    return std::nullopt;
  if (document["usage"].get_object().get(usage) != simdjson::SUCCESS) return std::nullopt;
  return read_usage(usage);
}

std::optional<limit::metric> read_throttled(std::string_view body) {
  constexpr auto none = std::string_view::npos;
  if (body.find("input tokens per ") != none || body.find("(ITPM)") != none)
    return limit::metric::input_tokens;
  if (body.find("output tokens per ") != none || body.find("(OTPM)") != none)
    return limit::metric::output_tokens;
  if (body.find("requests per ") != none || body.find("(RPM)") != none) return limit::metric::requests;
  return std::nullopt;
}

std::uint64_t read_retry_ms(std::string_view retry_after_ms, std::string_view retry_after) {
  const std::uint64_t ms = number_or_0(retry_after_ms);
  return ms > 0 ? ms : number_or_0(retry_after) * 1'000;
}

}  // namespace weir::openai
