#include "openai/json_reader.hpp"

namespace weir::openai {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view without_trailing_space(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string json_path::text() const {
  std::string text;
  for (std::size_t i = 0; i < depth_ && i < levels_.size(); ++i) {
    if (levels_[i].name.empty()) {
      text += "[" + std::to_string(levels_[i].index) + "]";
    } else {
      if (!text.empty()) text += '.';
      text += levels_[i].name;
    }
  }
  return text;
}

json_token json_reader::classify(std::string_view token) const {
  // A missing bracket leads simdjson to its sentinel behind the body, where the length of a token is
  // meaningless.
  const char* const body_end = body_.data() + body_.size();
  if (token.data() < body_.data() || token.data() >= body_end) return {};
  const auto rest = static_cast<std::size_t>(body_end - token.data());
  token = without_trailing_space(token.substr(0, rest));
  if (token.empty()) return {};
  switch (token.front()) {
    case '{': return {json_kind::object};
    case '[': return {json_kind::array};
    case '"': break;
    default: return {scalar_kind(token), token};
  }
  if (token.size() < 2 || token.back() != '"') return {};
  const std::string_view inside = token.substr(1, token.size() - 2);
  return escapes_are_valid(inside) ? json_token{json_kind::string, inside} : json_token{};
}

json_token json_reader::peek(value& v) {
  const json_token found = classify(v.raw_json_token());
  if (found.kind != json_kind::string) return found;
  // simdjson would take an unread string before a colon for a key and lose its position; it skips numbers and
  // literals correctly.
  return v.get_raw_json_string().error() ? json_token{} : found;
}

bool json_reader::skip(value& v, json_kind found, unsigned depth) {
  if (found == json_kind::broken || depth > max_depth) return broken();
  if (found == json_kind::object) {
    return each_field_of(
        v, [&](std::string_view, value& member) { return skip(member, peek(member).kind, depth + 1); });
  }
  if (found == json_kind::array) {
    return each_item(v, [&](std::size_t, value& item) { return skip(item, peek(item).kind, depth + 1); });
  }
  return true;
}

bool json_reader::skip_raw(value& v, json_kind found, std::string_view& raw) {
  const char* const begin = std::string_view(v.raw_json_token()).data();
  if (!skip(v, found)) return false;
  const char* end = nullptr;  // at the token behind the value
  if (document_.current_location().get(end)) return broken();
  raw = without_trailing_space({begin, static_cast<std::size_t>(end - begin)});
  return true;
}

json_kind json_reader::root_kind() {
  std::string_view token;
  if (document_.raw_json_token().get(token)) return json_kind::broken;
  const json_token found = classify(token);
  const bool scalar = found.kind != json_kind::object && found.kind != json_kind::array;
  // A scalar root must be the whole body: its token ends where the body ends.
  return scalar && token.data() + token.size() != body_.data() + body_.size() ? json_kind::broken
                                                                              : found.kind;
}

bool json_reader::skip_root() {
  document_.rewind();
  const json_kind kind = root_kind();
  if (kind != json_kind::object && kind != json_kind::array)
    return kind == json_kind::broken ? broken() : true;
  value root;
  if (document_.get_value().get(root) || !skip(root, kind)) return broken();
  return nothing_follows();
}

bool json_reader::nothing_follows() {
  return document_.current_location().error() == simdjson::OUT_OF_BOUNDS ? true : broken();
}

bool json_reader::read_key(simdjson::ondemand::field& field, std::string_view& key) {
  const char* const begin = field.key().raw();
  const char* const body_end = body_.data() + body_.size();
  if (begin < body_.data() || begin >= body_end) return false;
  const std::string_view rest(begin, static_cast<std::size_t>(body_end - begin));
  key = rest.substr(0, rest.find('"'));
  if (key.find('\\') == std::string_view::npos) return true;
  std::size_t end = 0;  // in a key with escapes the first quote may be part of the key
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  key = rest.substr(0, end);
  if (end >= rest.size() || !escapes_are_valid(key)) return false;
  escaped_key_.clear();
  append_unescaped(escaped_key_, key);
  key = escaped_key_;
  return true;
}

}  // namespace weir::openai
