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
  out_.message_count = out_.name_count = out_.extra_tokens = 0;  // of an earlier field of this name nothing stays
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
  object_facts facts;
  if (!read_fields(object, message_rules(), facts) || !check_required(message_rules(), facts) || !check_message(facts)) {
    return false;
  }
  ++out_.message_count;
  out_.name_count += facts.has(field_name) ? 1 : 0;
  const std::uint64_t extra = std::uint64_t{out_.extra_tokens} + std::uint64_t{media_parts_} * tokens_per_media_part;
  out_.extra_tokens = static_cast<std::uint32_t>(std::min<std::uint64_t>(extra, 0xffff'ffff));
  return true;
}

bool body_reader::read_content(value& v, json_look found) {
  content_ = found.kind;
  media_parts_ = 0;
  first_part_ = {};
  if (found.kind == json_kind::null) return true;
  if (found.kind == json_kind::string) {
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
  if (!read_fields(object, part_rules(), facts) || !check_required(part_rules(), facts)) return false;
  const part kind{facts.selected};
  std::uint32_t& first = first_part_[facts.selected];
  if (first == 0) first = static_cast<std::uint32_t>(index) + 1;
  media_parts_ += kind != part::text && kind != part::refusal ? 1 : 0;
  return true;
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
  const bool says_otherwise = facts.has(field_tool_calls) || facts.has(field_function_call) || facts.has(field_refusal) ||
                              facts.has(field_audio);
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
