// Parses messages and their parts: the fields that each role may have and needs.
#include <algorithm>

#include "openai/chat_request_parser.hpp"
#include "openai/invalid_field.hpp"

namespace weir::openai {
namespace {

constexpr std::string_view string_or_parts = "one of a string or array of objects";

}  // namespace

bool chat_request_parser::read_messages(value& v, json_kind found) {
  if (found != json_kind::array) return wrong("an array of objects", found);
  // Where the field is repeated, nothing of the earlier one stays.
  out_.message_count = out_.name_count = out_.assistant_messages = 0;
  out_.extra_tokens = 0;
  out_.images.clear();
  has_system_ = false;
  system_text_ = no_text;
  const bool read = each_item(v, [&](std::size_t index, value& item) {
    const json_path::step there(path_, index);
    const json_kind kind = peek(item).kind;
    return kind == json_kind::broken ? broken() : read_message(item, kind);
  });
  return read && (out_.message_count > 0 || fail(empty_array(here())));
}

bool chat_request_parser::read_message(value& v, json_kind found) {
  if (found != json_kind::object) return wrong("an object", found);
  simdjson::ondemand::object object;
  if (v.get_object().get(object)) return broken();
  image_begin_ = out_.images.size();
  begin_content(json_kind::null);
  call_count_ = 0;
  present_fields present;
  if (!read_fields(object, message_rules(), present) || !check_required(message_rules(), present) ||
      !check_message(present)) {
    return false;
  }
  ++out_.message_count;
  out_.name_count += present.has(field_name) ? 1 : 0;
  out_.extra_tokens += std::int64_t{content_.media_parts} * tokens_per_media_part;
  add_calls(present, role{present.selected});
  return true;
}

// Source: hmarr/openai-chat-tokens for a function_call and for results; each of the tool_calls is assumed to
// cost the same.
void chat_request_parser::add_calls(const present_fields& present, role from) {
  constexpr std::int64_t tokens_per_call = 3, tokens_less_for_a_result = 2;
  if (present.has(field_function_call)) out_.extra_tokens += tokens_per_call;
  if (present.has(field_tool_calls)) out_.extra_tokens += tokens_per_call * call_count_;
  if (from == role::function || from == role::tool) out_.extra_tokens -= tokens_less_for_a_result;
  if (from == role::assistant) ++out_.assistant_messages;
  if (from == role::system && !has_system_) {
    has_system_ = true;
    system_text_ = content_.text;
  }
}

void chat_request_parser::begin_content(json_kind kind) {
  content_ = {};
  content_.kind = kind;
  out_.images.resize(image_begin_);
}

bool chat_request_parser::read_content(value& v, json_token found) {
  begin_content(found.kind);
  if (found.kind == json_kind::null) return true;
  if (found.kind == json_kind::string) {
    content_.text = out_.texts.size();
    count_text(found.text);
    return true;
  }
  if (found.kind != json_kind::array) return wrong(string_or_parts, found.kind);
  std::size_t count = 0;
  const bool read = each_item(v, [&](std::size_t index, value& item) {
    const json_path::step there(path_, index);
    const json_kind kind = peek(item).kind;
    ++count;
    return kind == json_kind::broken ? broken() : read_part(item, kind, index);
  });
  return read && (count > 0 || fail(empty_array(here())));
}

bool chat_request_parser::read_part(value& v, json_kind found, std::size_t index) {
  if (found != json_kind::object) return wrong("an object", found);
  simdjson::ondemand::object object;
  if (v.get_object().get(object)) return broken();
  present_fields present;
  captured_[captured_image_url] = captured_[captured_image_detail] = {};
  if (!read_fields(object, part_rules(), present) || !check_required(part_rules(), present)) return false;
  const part kind{present.selected};
  std::uint32_t& first = content_.first_part[present.selected];
  if (first == 0) first = static_cast<std::uint32_t>(index) + 1;
  if (kind == part::image_url)
    add_image();
  else if (kind != part::text && kind != part::refusal)
    ++content_.media_parts;
  return true;
}

void chat_request_parser::add_image() {
  image picture;
  const std::string_view url = captured_[captured_image_url].text;
  std::string plain;
  if (url.starts_with("data:") && url.find('\\') != std::string_view::npos) append_unescaped(plain, url);
  if (const auto size = read_image_size(plain.empty() ? url : plain)) picture.size = *size;
  if (captured_[captured_image_detail].text == "low") picture.detail = image_detail::low;
  if (captured_[captured_image_detail].text == "high") picture.detail = image_detail::high;
  out_.images.push_back(picture);
}

bool chat_request_parser::check_message(const present_fields& present) {
  const role from{present.selected};
  const bool has_name = from != role::function || present.has(field_name);
  const bool has_call_id = from != role::tool || present.has(field_tool_call_id);
  if (has_name && has_call_id) return check_content(present, from);
  const json_path::step there(path_, has_name ? "tool_call_id" : "name");
  return fail(missing_field(here()));
}

bool chat_request_parser::check_content(const present_fields& present, role from) {
  const json_path::step there(path_, "content");
  if (present.has(field_content)) return content_.kind != json_kind::array || check_parts(from);
  const bool has_other_content = present.has(field_tool_calls) || present.has(field_function_call) ||
                                 present.has(field_refusal) || present.has(field_audio);
  if (from == role::assistant && has_other_content) return true;
  const bool absent = ((present.seen >> field_content) & 1U) == 0;
  if (absent) return fail(missing_field(here()));
  return from == role::function || wrong(string_or_parts, json_kind::null);
}

bool chat_request_parser::check_parts(role from) {
  const auto allowed = parts_allowed(from);
  const auto types = part_rules().front().enum_values;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::uint32_t first = content_.first_part[i];
    if (first == 0 || std::find(allowed.begin(), allowed.end(), types[i]) != allowed.end()) continue;
    const json_path::step item(path_, std::size_t{first} - 1);
    const json_path::step type(path_, "type");
    return fail(unsupported_value(here(), types[i], allowed));
  }
  return true;
}

}  // namespace weir::openai
