// Parses the types of fields, with the error for a value of another type.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "openai/chat_request_parser.hpp"
#include "openai/invalid_field.hpp"

namespace weir::openai {
namespace {

constexpr std::int64_t longest_metadata_key = 64;
constexpr std::int64_t longest_metadata_value = 512;

// A JSON number as a double: infinite where it is too large, 0 where it is too small.
double parse_decimal(std::string_view text) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc{}) return number;
  const std::string_view digits = text.substr(text[0] == '-' ? 1 : 0);
  if (text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos ||
      digits[0] == '0')
    return 0;
  return text[0] == '-' ? -HUGE_VAL : HUGE_VAL;
}

// The number of characters: bytes that are not UTF-8 continuation bytes.
std::size_t characters(std::string_view escaped) {
  std::string text;
  append_unescaped(text, escaped);
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_token_id(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

api_error chat_request_parser::wrong_type_here(std::string_view expected, json_kind got) const {
  return wrong_type(here(), expected, got);
}

bool chat_request_parser::read_string(const field_rule& rule, json_token found) {
  if (found.kind != json_kind::string) return wrong("a string", found.kind);
  if (rule.low > 0 && found.text.empty()) return fail(empty_string(here()));
  if (std::cmp_greater(found.text.size(), rule.high)) {
    const std::size_t length = characters(found.text);
    if (std::cmp_greater(length, rule.high)) return fail(string_too_long(here(), rule.high, length));
  }
  if (rule.has(field_rule::counted)) count_text(found.text);
  return true;
}

bool chat_request_parser::read_integer(const field_rule& rule, json_token found) {
  if (found.kind != json_kind::integer) return wrong("an integer", found.kind);
  const json_integer number = parse_integer(found.text);
  if (number.value < rule.low || (!number.exact && found.text[0] == '-')) {
    return fail(below_minimum(here(), true, rule.low, found.text));
  }
  if (number.value > rule.high || !number.exact)
    return fail(above_maximum(here(), true, rule.high, found.text));
  return true;
}

bool chat_request_parser::read_decimal(const field_rule& rule, json_token found) {
  if (found.kind != json_kind::integer && found.kind != json_kind::decimal)
    return wrong("a decimal", found.kind);
  const double number = parse_decimal(found.text);
  if (number < static_cast<double>(rule.low)) return fail(below_minimum(here(), false, rule.low, found.text));
  if (number > static_cast<double>(rule.high))
    return fail(above_maximum(here(), false, rule.high, found.text));
  return true;
}

bool chat_request_parser::read_enum_value(const field_rule& rule, json_token found, present_fields& present) {
  if (found.kind != json_kind::string) return wrong("a string", found.kind);
  std::string plain;
  if (found.text.find('\\') != std::string_view::npos) append_unescaped(plain, found.text);
  const std::string_view text = plain.empty() ? found.text : plain;
  const auto at = std::find(rule.enum_values.begin(), rule.enum_values.end(), text);
  if (at == rule.enum_values.end()) return fail(unsupported_value(here(), text, rule.enum_values));
  if (rule.has(field_rule::discriminator))
    present.selected = static_cast<std::uint8_t>(at - rule.enum_values.begin());
  if (rule.has(field_rule::counted)) count_text(*at);
  return true;
}

bool chat_request_parser::read_enum_value_list(const field_rule& rule, value& v, json_kind found) {
  if (found != json_kind::array) return wrong("an array of strings", found);
  return each_item(v, [&](std::size_t index, value& item) {
    const json_path::step there(path_, index);
    const json_token token = peek(item);
    present_fields unused;
    return token.kind == json_kind::broken ? broken() : read_enum_value(rule, token, unused);
  });
}

bool chat_request_parser::read_object(const field_rule& rule, value& v, json_kind found) {
  if (found != json_kind::object) return wrong("an object", found);
  if (rule.fields.empty()) {
    std::string_view raw;
    if (!rule.has(field_rule::counted) && rule.capture != captured_tool_schema) return skip(v, found);
    if (!skip_raw(v, found, raw)) return false;
    if (rule.capture == captured_tool_schema)
      captured_[rule.capture].text = raw;
    else
      count_raw(raw);
    return true;
  }
  simdjson::ondemand::object object;
  if (v.get_object().get(object)) return broken();
  present_fields present;
  return read_fields(object, rule.fields, present) && check_required(rule.fields, present);
}

bool chat_request_parser::read_objects(const field_rule& rule, value& v, json_kind found) {
  if (found != json_kind::array) return wrong("an array of objects", found);
  std::size_t count = 0;
  const bool read = each_item(v, [&](std::size_t index, value& item) {
    const json_path::step there(path_, index);
    const json_kind kind = peek(item).kind;
    ++count;
    return kind == json_kind::broken ? broken() : read_object(rule, item, kind);
  });
  call_count_ = rule.capture == captured_tool_calls ? static_cast<std::uint32_t>(count) : call_count_;
  return read && check_length(rule, count);
}

// The texts are concatenated, as the model sees them.
bool chat_request_parser::read_tools(const field_rule& rule, value& v, json_kind found) {
  if (found != json_kind::array) return wrong("an array of objects", found);
  const auto begin = static_cast<std::uint32_t>(out_.text.size());
  out_.text += tool_writer::head;
  std::size_t count = 0;
  const bool read = each_item(v, [&](std::size_t index, value& item) {
    const json_path::step there(path_, index);
    const json_kind kind = peek(item).kind;
    ++count;
    captured_[captured_tool_type] = captured_[captured_tool_name] = captured_[captured_tool_description] =
        captured_[captured_tool_schema] = {};
    if (kind == json_kind::broken) return broken();
    if (!read_object(rule, item, kind)) return false;
    tools_.append(out_.text, {.name = captured_[captured_tool_name].text,
                              .description = captured_[captured_tool_description].text,
                              .parameters = captured_[captured_tool_schema].text,
                              .is_custom = captured_[captured_tool_type].text == "custom"});
    return true;
  });
  out_.text += tool_writer::foot;
  out_.texts.push_back({begin, static_cast<std::uint32_t>(out_.text.size())});
  return read && check_length(rule, count);
}

bool chat_request_parser::read_enum_value_or_object(const field_rule& rule, value& v, json_token found) {
  present_fields unused;
  if (found.kind == json_kind::string)
    return rule.enum_values.empty() || read_enum_value(rule, found, unused);
  return found.kind == json_kind::object ? read_object(rule, v, found.kind)
                                         : wrong("one of a string or object", found.kind);
}

bool chat_request_parser::read_string_or_array(value& v, json_kind found) {
  if (found == json_kind::string || found == json_kind::array) return skip(v, found);
  return wrong("one of a string or array of objects", found);
}

bool chat_request_parser::read_string_or_strings(const field_rule& rule, value& v, json_kind found) {
  if (found == json_kind::string) return true;
  if (found != json_kind::array) return wrong("one of a string or array of strings", found);
  std::size_t count = 0;
  const bool read = each_item(v, [&](std::size_t index, value& item) {
    const json_path::step there(path_, index);
    const json_kind kind = peek(item).kind;
    ++count;
    if (kind == json_kind::broken) return broken();
    return kind == json_kind::string || wrong("a string", kind);
  });
  return read && check_length(rule, count);
}

bool chat_request_parser::check_length(const field_rule& rule, std::size_t items) {
  if (std::cmp_less(items, rule.low)) return fail(empty_array(here()));
  return std::cmp_less_equal(items, rule.high) || fail(array_too_long(here(), rule.high, items));
}

bool chat_request_parser::read_string_map(const field_rule& rule, value& v, json_kind found) {
  if (found != json_kind::object) return wrong("an object", found);
  std::size_t count = 0;
  const bool read = each_field_of(v, [&](std::string_view key, value& member) {
    const json_path::step there(path_, key);
    const json_token text = peek(member);
    ++count;
    if (text.kind == json_kind::broken) return broken();
    if (text.kind != json_kind::string) return wrong("a string", text.kind);
    if (key.size() > longest_metadata_key)
      return fail(string_too_long(here(), longest_metadata_key, key.size()));
    const std::size_t length = text.text.size() > longest_metadata_value ? characters(text.text) : 0;
    return length <= longest_metadata_value || fail(string_too_long(here(), longest_metadata_value, length));
  });
  return read && (std::cmp_less_equal(count, rule.high) || fail(object_too_large(here(), rule.high, count)));
}

bool chat_request_parser::read_token_biases(const field_rule& rule, value& v, json_kind found) {
  if (found != json_kind::object) return wrong("an object", found);
  return each_field_of(v, [&](std::string_view key, value& bias) {
    const json_path::step there(path_, key);
    const json_token number = peek(bias);
    if (number.kind == json_kind::broken) return broken();
    return is_token_id(key) ? read_decimal(rule, number) : fail(invalid_token_id(key));
  });
}

}  // namespace weir::openai
