#include "openai/completion.hpp"

#include <algorithm>

#include "base/json_escape.hpp"
#include "base/text.hpp"

namespace weir::openai {
namespace {

constexpr std::string_view id_prefix = "chatcmpl-";

void append_choice(std::string& out, const choice& c, std::size_t index) {
  out += "{\"index\":";
  append_number(out, index);
  out += ",\"message\":{\"role\":\"assistant\",\"content\":\"";
  append_json_escaped(out, c.text);
  out += "\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"";
  out += c.finish == finish_reason::stop ? "stop" : "length";
  out += "\"}";
}

void append_usage(std::string& out, std::int64_t input, std::int64_t output) {
  out += "\"usage\":{\"prompt_tokens\":";
  append_number(out, input);
  out += ",\"completion_tokens\":";
  append_number(out, output);
  out += ",\"total_tokens\":";
  append_number(out, input + output);
  out +=
      ",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":{"
      "\"reasoning_tokens\":0,"
      "\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}";
}

}  // namespace

completion_id make_completion_id(std::uint64_t random_high, std::uint64_t random_low) {
  constexpr std::string_view base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  completion_id id;
  auto* out = std::copy(id_prefix.begin(), id_prefix.end(), id.text.begin());
  std::uint64_t part = random_high;
  for (std::size_t i = 0; out != id.text.end(); ++i, ++out) {
    if (i == 10) part = random_low;  // 10 characters hold 59.5 bits of a number
    // The last characters are made from bits that the first ten do not use.
    if (i == 20) part = (random_high >> 32U) * 0x9e3779b97f4a7c15U;
    *out = base62[part % base62.size()];
    part /= base62.size();
  }
  return id;
}

void write_completion(std::string& out, const completion& c, const completion_header& header) {
  out += "{\"id\":\"";
  out += header.id;
  out += "\",\"object\":\"chat.completion\",\"created\":";
  append_number(out, header.created);
  out += ",\"model\":\"";
  append_json_escaped(out, header.model);
  out += "\",\"choices\":[";
  for (std::size_t i = 0; i < c.choices.size(); ++i) {
    if (i != 0) out += ',';
    append_choice(out, c.choices[i], i);
  }
  out += "],";
  append_usage(out, header.input_tokens, c.output_tokens());
  out += ",\"service_tier\":\"default\",\"system_fingerprint\":null,\"node_id\":\"";
  append_json_escaped(out, header.node_id);
  out += "\"}";
}

}  // namespace weir::openai
