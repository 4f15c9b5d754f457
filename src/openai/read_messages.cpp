// Messages and their parts: who may say what, and what each needs.
#include <algorithm>

#include "openai/body_reader.hpp"
#include "openai/invalid_field.hpp"

namespace weir::openai {
namespace {

constexpr std::string_view string_or_parts = "one of a string or array of objects";

}  // namespace

bool body_reader::read_messages(value& v, json_kind found) {
  if (found != json_kind::array) return wrong("an array of objects", found);
  out_.message_count = out_.name_count = out_.earlier_answers =
      0;  // of an earlier field of this name nothing stays
  out_.extra_tokens = 0;
  out_.images.clear();
  has_system_ = false;
  system_text_ = no_text;
  const bool read = each_item(v, [&](std::size_t index, value& item) {
    const json_path::step there(path_, index);
    const json_kind kind = look(item).kind;
    return kind == json_kind::broken ? broken() : read_message(item, kind);
  });
  return read && (out_.message_count > 0 || fail(empty_array(here())));
}

bool body_reader::read_message(value& v, json_kind found) {
  if (found != json_kind::object) return wrong("an object", found);
  simdjson::ondemand::object object;
  if (v.get_object().get(object)) return broken();
  content_ = json_kind::null;
  media_parts_ = 0;
  first_part_ = {};
  image_begin_ = out_.images.size();
  content_text_ = no_text;
  call_count_ = 0;
  object_facts facts;
  if (!read_fields(object, message_rules(), facts) || !check_required(message_rules(), facts) ||
      !check_message(facts)) {
    return false;
  }
  ++out_.message_count;
  out_.name_count += facts.has(field_name) ? 1 : 0;
  out_.extra_tokens += std::int64_t{media_parts_} * tokens_per_media_part;
  add_calls(facts, role{facts.selected});
  return true;
}

// Source: hmarr/openai-chat-tokens for a function_call and for results; tool_calls are taken to be the same,
// each.
void body_reader::add_calls(const object_facts& facts, role from) {
  constexpr std::int64_t tokens_per_call = 3, tokens_less_for_a_result = 2;
  if (facts.has(field_function_call)) out_.extra_tokens += tokens_per_call;
  if (facts.has(field_tool_calls)) out_.extra_tokens += tokens_per_call * call_count_;
  if (from == role::function || from == role::tool) out_.extra_tokens -= tokens_less_for_a_result;
  if (from == role::assistant) ++out_.earlier_answers;
  if (from == role::system && !has_system_) {
    has_system_ = true;
    system_text_ = content_text_;
  }
}

bool body_reader::read_content(value& v, json_look found) {
  content_ = found.kind;
  media_parts_ = 0;
  first_part_ = {};
  out_.images.resize(image_begin_);
  content_text_ = no_text;
  if (found.kind == json_kind::null) return true;
  if (found.kind == json_kind::string) {
    content_text_ = out_.texts.size();
    count_text(found.text);
    return true;
  }
  if (found.kind != json_kind::array) return wrong(string_or_parts, found.kind);
  std::size_t count = 0;
  const bool read = each_item(v, [&](std::size_t index, value& item) {
    const json_path::step there(path_, index);
    const json_kind kind = look(item).kind;
    ++count;
    return kind == json_kind::broken ? broken() : read_part(item, kind, index);
  });
  return read && (count > 0 || fail(empty_array(here())));
}

bool body_reader::read_part(value& v, json_kind found, std::size_t index) {
  if (found != json_kind::object) return wrong("an object", found);
  simdjson::ondemand::object object;
  if (v.get_object().get(object)) return broken();
  object_facts facts;
  kept_[kept_image_url] = kept_[kept_image_detail] = {};
  if (!read_fields(object, part_rules(), facts) || !check_required(part_rules(), facts)) return false;
  const part kind{facts.selected};
  std::uint32_t& first = first_part_[facts.selected];
  if (first == 0) first = static_cast<std::uint32_t>(index) + 1;
  if (kind == part::image_url)
    add_image();
  else if (kind != part::text && kind != part::refusal)
    ++media_parts_;
  return true;
}

void body_reader::add_image() {
  image picture;
  const std::string_view url = kept_[kept_image_url].text;
  std::string plain;
  if (url.starts_with("data:") && url.find('\\') != std::string_view::npos) append_unescaped(plain, url);
  if (const auto size = read_image_size(plain.empty() ? url : plain)) picture.size = *size;
  if (kept_[kept_image_detail].text == "low") picture.detail = image_detail::low;
  if (kept_[kept_image_detail].text == "high") picture.detail = image_detail::high;
  out_.images.push_back(picture);
}

bool body_reader::check_message(const object_facts& facts) {
  const role from{facts.selected};
  const bool names_itself = from != role::function || facts.has(field_name);
  const bool names_its_call = from != role::tool || facts.has(field_tool_call_id);
  if (names_itself && names_its_call) return check_content(facts, from);
  const json_path::step there(path_, names_itself ? "tool_call_id" : "name");
  return fail(missing_field(here()));
}

bool body_reader::check_content(const object_facts& facts, role from) {
  const json_path::step there(path_, "content");
  if (facts.has(field_content)) return content_ != json_kind::array || check_parts(from);
  const bool says_otherwise = facts.has(field_tool_calls) || facts.has(field_function_call) ||
                              facts.has(field_refusal) || facts.has(field_audio);
  if (from == role::assistant && says_otherwise) return true;
  const bool absent = ((facts.seen >> field_content) & 1U) == 0;
  if (absent) return fail(missing_field(here()));
  return from == role::function || wrong(string_or_parts, json_kind::null);
}

bool body_reader::check_parts(role from) {
  const auto allowed = parts_allowed(from);
  const auto types = part_rules().front().words;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (first_part_[i] == 0 || std::find(allowed.begin(), allowed.end(), types[i]) != allowed.end()) continue;
    const json_path::step item(path_, std::size_t{first_part_[i]} - 1);
    const json_path::step type(path_, "type");
    return fail(unsupported_word(here(), types[i], allowed));
  }
  return true;
}

}  // namespace weir::openai
