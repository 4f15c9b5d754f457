// Parses any bytes as a chat request. The reader must agree with simdjson's DOM on what is JSON, must return
// the same for the same body whatever bytes lie behind it, and must write only JSON.
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "openai/chat_request.hpp"
#include "openai/completion.hpp"

namespace {

using namespace weir::openai;
using outcome = weir::result<chat_request, api_error>;

void require(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

outcome read(chat_reader& reader, std::string_view body, char behind) {
  std::vector<char> bytes(body.begin(), body.end());
  bytes.insert(bytes.end(), simdjson::SIMDJSON_PADDING, behind);
  return reader.read(bytes.data(), body.size());
}

bool same(const outcome& a, const outcome& b) {
  if (a.has_value() != b.has_value()) return false;
  if (!a) return a.error().message == b.error().message && a.error().param == b.error().param;
  return a->model == b->model && a->text == b->text && a->texts.size() == b->texts.size() &&
         a->output_cap == b->output_cap && a->choice_count == b->choice_count &&
         a->message_count == b->message_count && a->extra_tokens == b->extra_tokens;
}

std::size_t brackets(std::string_view body) {
  return static_cast<std::size_t>(
      std::count_if(body.begin(), body.end(), [](char c) { return c == '[' || c == '{'; }));
}

// True for a number beyond a double and for an integer beyond 64 bits. Newer versions of simdjson have an
// error of its own for the latter, which older ones do not know by name.
bool is_number_error(simdjson::error_code e) {
  return e == simdjson::NUMBER_ERROR ||
         std::string_view(simdjson::error_message(e)).find("BIGINT") != std::string_view::npos;
}

// The DOM is the reference, except for what only it rejects (numbers beyond a double, lone surrogates), for
// deep nesting, and for a byte order mark: the reader rejects it (RFC 8259, section 8.1), while the DOM of
// simdjson 3.12 skips it.
void require_agreement_with_dom(const outcome& ours, std::string_view body) {
  const bool rejected = !ours && ours.error().message == not_json().message;
  if (body.starts_with("\xEF\xBB\xBF")) return require(rejected, "a byte order mark is rejected");
  static simdjson::dom::parser parser;  // its memory is reused for all inputs, as is the reader's below
  const simdjson::error_code theirs = parser.parse(body.data(), body.size()).error();
  if (is_number_error(theirs) || theirs == simdjson::STRING_ERROR || brackets(body) > 200) return;
  require(rejected == (theirs != simdjson::SUCCESS), "the reader and the DOM agree on what is JSON");
}

void require_json(const std::string& text) {
  static simdjson::dom::parser parser;
  require(parser.parse(text).error() == simdjson::SUCCESS, "the output is JSON");
}

void check_request(const chat_request& r) {
  require(!r.model.empty() && r.message_count > 0, "a request has a model and messages");
  require(r.choice_count >= 1 && r.choice_count <= 128, "n is in its bounds");
  require(std::uint64_t{r.output_cap.value_or(1)} * r.choice_count < 0xffffffffU, "n times the cap fits");
  r.for_each_text([](std::string_view text) {
    require(simdjson::validate_utf8(text.data(), text.size()), "texts are UTF-8");
  });
  std::string out;
  completion made;
  made.choices.push_back({r.text, 1, finish_reason::stop});
  const completion_header header{"chatcmpl-x", 0, r.model, 1, "n"};
  write_completion(out, made, header);
  require_json(out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  static chat_reader reader;
  outcome first = read(reader, body, '\0');
  for (const char behind : {'\0', '}', ',', '"'}) {
    const outcome again = read(reader, body, behind);
    require(same(first, again), "the outcome does not depend on the bytes behind the body");
  }
  require_agreement_with_dom(first, body);
  std::string out;
  write_error(out, first ? wrong_key(body) : first.error());
  require_json(out);
  if (first) {
    check_request(*first);
    reader.recycle(std::move(*first));
  }
  return 0;
}
