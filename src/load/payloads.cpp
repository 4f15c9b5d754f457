#include "load/payloads.hpp"

#include <array>

#include "base/json_escape.hpp"
#include "base/random.hpp"
#include "openai/api_error.hpp"

namespace weir::load {
namespace {

// Words of one and of several tokens, a number, punctuation, and letters beyond ASCII, so that counts vary.
constexpr std::array<std::string_view, 40> words{"river",
                                                 "the",
                                                 "weir",
                                                 "holds",
                                                 "water",
                                                 "above",
                                                 "and",
                                                 "lets",
                                                 "through",
                                                 "what",
                                                 "can",
                                                 "be",
                                                 "carried",
                                                 "below",
                                                 "when",
                                                 "it",
                                                 "rains",
                                                 "gate",
                                                 "keeper",
                                                 "measures",
                                                 "1234",
                                                 "hydrology",
                                                 "counterclockwise",
                                                 "quickly",
                                                 "a",
                                                 "flood",
                                                 "stone",
                                                 "bridge",
                                                 "fish",
                                                 "ladder",
                                                 "please",
                                                 "explain",
                                                 "how",
                                                 "why",
                                                 "Überlauf",
                                                 "déversoir",
                                                 "堰",
                                                 "vertedero",
                                                 "2026-11-24",
                                                 "m³/s"};

std::string sentence(random_source& random) {
  // Most prompts are short; one in eight is a page.
  const std::uint32_t length = random.below(8) == 0 ? 100 + random.below(200) : 8 + random.below(40);
  std::string text;
  for (std::uint32_t i = 0; i < length; ++i) {
    if (i > 0) text += i % 11 == 0 ? ". " : " ";
    text += words[random.below(words.size())];
  }
  return text + "?";
}

void append_message(std::string& out, std::string_view role, std::string_view text) {
  out.append(R"({"role":")").append(role).append(R"(","content":")").append(text).append("\"}");
}

std::string body(const options& o, random_source& random) {
  std::string json = R"({"model":")";
  append_json_escaped(json, o.model);
  json += R"(","messages":[)";
  if (random.below(2) == 0) {
    append_message(json, "system", "You are a helpful assistant.");
    json += ',';
  }
  append_message(json, "user", sentence(random));
  json.append(R"(],"max_tokens":)")
      .append(std::to_string(o.min_tokens + random.below(o.max_tokens - o.min_tokens + 1)));
  return json + "}";
}

std::string head_of(const node_url& node, const std::string& key) {
  return "POST " + node.base + "/v1/chat/completions HTTP/1.1\r\nHost: " + node.authority +
         "\r\nAuthorization: Bearer " + key +
         "\r\nUser-Agent: weir-load\r\nContent-Type: application/json\r\nContent-Length: ";
}

}  // namespace

payloads::payloads(const options& o) : keys_(o.keys.size()) {
  for (const node_url& node : o.nodes) {
    for (const std::string& key : o.keys) heads_.push_back(head_of(node, key));
  }
  random_source random(o.seed);
  for (std::uint32_t i = 0; i < o.payload_cache_size; ++i) {
    const std::string json = body(o, random);
    tails_.push_back(std::to_string(json.size()) + "\r\n\r\n" + json);
  }
}

}  // namespace weir::load
