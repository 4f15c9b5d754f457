// Applies the rules of an object to the fields that were sent, and combines the fields of a request.
#include "openai/chat_request_parser.hpp"

#include <algorithm>

#include "openai/invalid_field.hpp"

namespace weir::openai {
namespace {

std::size_t find_rule(std::span<const field_rule> rules, std::string_view key) {
  std::size_t i = 0;
  while (i < rules.size() && rules[i].name != key) ++i;
  return i;
}

}  // namespace

bool chat_request_parser::parse() {
  const json_kind kind = root_kind();
  if (kind == json_kind::broken) return broken();
  if (kind != json_kind::object) return skip_root() ? fail(body_is_no_object(kind)) : false;
  simdjson::ondemand::object root;
  if (document_.get_object().get(root)) return broken();
  present_fields present;
  if (read_fields(root, request_rules(), present) && nothing_follows() && finish(present)) return true;
  if (is_broken()) return false;
  // A field is wrong and the pass stopped there. A body that is not JSON must be reported as such, so the
  // rest is read too.
  api_error wrong_field = take_error();
  return skip_root() ? fail(std::move(wrong_field)) : false;
}

bool chat_request_parser::read_fields(simdjson::ondemand::object object, std::span<const field_rule> rules,
                                      present_fields& present) {
  std::array<text_range, 64> texts;  // the texts of rules[i], once seen
  const bool read = each_field(object, [&](std::string_view key, value& v) {
    const std::size_t i = find_rule(rules, key);
    if (i == rules.size()) return skip(v, peek(v).kind);
    if (((present.seen >> i) & 1U) != 0) forget(texts[i]);  // the last one of duplicate fields counts
    texts[i].begin = out_.texts.size();
    if (!read_field(rules[i], v, present, i)) return false;
    texts[i].end = out_.texts.size();
    return true;
  });
  return read;
}

bool chat_request_parser::check_required(std::span<const field_rule> rules, const present_fields& present) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!rules[i].has(field_rule::required | field_rule::discriminator)) continue;
    std::string_view absent;
    if (((present.seen >> i) & 1U) == 0) {
      absent = rules[i].name;
    } else if (rules[i].has(field_rule::discriminator)) {
      const std::string_view selected = rules[i].enum_values[present.selected];
      const std::size_t other = find_rule(rules, selected);
      if (other != rules.size() && !present.has(other)) absent = selected;
    }
    if (absent.empty()) continue;
    const json_path::step there(path_, absent);
    return fail(missing_field(here()));
  }
  return true;
}

bool chat_request_parser::read_field(const field_rule& rule, value& v, present_fields& present,
                                     std::size_t index) {
  const json_path::step there(path_, rule.name);
  const json_token found = peek(v);
  if (found.kind == json_kind::broken) return broken();
  const std::uint64_t bit = std::uint64_t{1} << index;
  present.seen |= bit;
  if (rule.capture != 0) captured_[rule.capture] = found;
  present.given = found.kind == json_kind::null ? present.given & ~bit : present.given | bit;
  if (rule.type == value_type::content) return read_content(v, found);
  if (found.kind == json_kind::null && rule.has(field_rule::nullable)) return true;
  switch (rule.type) {
    case value_type::any: return skip(v, found.kind);
    case value_type::string: return read_string(rule, found);
    case value_type::boolean: return found.kind == json_kind::boolean || wrong("a boolean", found.kind);
    case value_type::integer: return read_integer(rule, found);
    case value_type::decimal: return read_decimal(rule, found);
    case value_type::enum_value: return read_enum_value(rule, found, present);
    case value_type::enum_value_list: return read_enum_value_list(rule, v, found.kind);
    case value_type::object: return read_object(rule, v, found.kind);
    case value_type::objects: return read_objects(rule, v, found.kind);
    case value_type::tools: return read_tools(rule, v, found.kind);
    case value_type::enum_value_or_object: return read_enum_value_or_object(rule, v, found);
    case value_type::string_or_array: return read_string_or_array(v, found.kind);
    case value_type::string_or_strings: return read_string_or_strings(rule, v, found.kind);
    case value_type::string_map: return read_string_map(rule, v, found.kind);
    case value_type::token_biases: return read_token_biases(rule, v, found.kind);
    case value_type::messages: return read_messages(v, found.kind);
    case value_type::content: break;
  }
  return true;
}

bool chat_request_parser::finish(const present_fields& present) {
  const json_token& model = captured_[captured_model];
  if (model.kind != json_kind::string || model.text.empty()) return fail(no_model());
  out_.model.clear();
  append_unescaped(out_.model, model.text);
  if (!check_required(request_rules(), present)) return false;
  if (captured_true(captured_stream)) return fail(streaming_unsupported());
  if (captured_[captured_stream_options].kind == json_kind::object)
    return fail(only_with("stream_options", "stream"));
  if (captured_[captured_top_logprobs].kind == json_kind::integer && !captured_true(captured_logprobs)) {
    return fail(only_with("top_logprobs", "logprobs"));
  }
  finish_tools(present);
  return finish_cap();
}

// Source: hmarr/openai-chat-tokens. Definitions cost 9 tokens beside their text. They give the first system
// message a line break and share its frame. Naming the tool to call has a cost too.
void chat_request_parser::finish_tools(const present_fields& present) {
  constexpr std::int64_t tokens_around_tools = 9, tokens_shared_with_system = 4, tokens_of_no_choice = 1,
                         tokens_around_choice = 4;
  const auto rules = request_rules();
  if (!present.has(find_rule(rules, "tools")) && !present.has(find_rule(rules, "functions"))) return;
  out_.extra_tokens += tokens_around_tools - (has_system_ ? tokens_shared_with_system : 0);
  if (system_text_ != no_text) {
    const chat_request::span system = out_.texts[system_text_];
    const auto begin = static_cast<std::uint32_t>(out_.text.size());
    out_.text.append(out_.text, system.begin, system.end - system.begin).append("\n");
    out_.texts[system_text_] = {begin, static_cast<std::uint32_t>(out_.text.size())};
  }
  const json_token& choice = captured_[captured_tool_choice];
  if (choice.kind == json_kind::string && choice.text == "none") out_.extra_tokens += tokens_of_no_choice;
  if (choice.kind == json_kind::object && captured_[captured_choice_name].kind == json_kind::string) {
    out_.extra_tokens += tokens_around_choice;
    count_text(captured_[captured_choice_name].text);
  }
}

bool chat_request_parser::finish_cap() {
  const auto number = [this](std::size_t which) {
    return captured_[which].kind == json_kind::integer ? parse_integer(captured_[which].text).value : 0;
  };
  out_.choice_count = static_cast<std::uint32_t>(std::max<std::int64_t>(1, number(captured_n)));
  const std::size_t larger = number(captured_max_tokens) > number(captured_max_completion_tokens)
                                 ? captured_max_tokens
                                 : captured_max_completion_tokens;
  const std::int64_t cap = number(larger);
  if (cap == 0) return true;
  const std::int64_t most = largest_output / out_.choice_count;
  if (cap > most) {
    return fail(above_maximum(larger == captured_max_tokens ? "max_tokens" : "max_completion_tokens", true,
                              most, captured_[larger].text));
  }
  out_.output_cap = static_cast<std::uint32_t>(cap);
  return true;
}

void chat_request_parser::count_text(std::string_view escaped) {
  const auto begin = static_cast<std::uint32_t>(out_.text.size());
  append_unescaped(out_.text, escaped);
  out_.texts.push_back({begin, static_cast<std::uint32_t>(out_.text.size())});
}

void chat_request_parser::count_raw(std::string_view raw) {
  const auto begin = static_cast<std::uint32_t>(out_.text.size());
  out_.text.append(raw);
  out_.texts.push_back({begin, static_cast<std::uint32_t>(out_.text.size())});
}

void chat_request_parser::forget(text_range gone) {
  for (std::size_t i = gone.begin; i < gone.end; ++i) out_.texts[i].end = out_.texts[i].begin;
}

}  // namespace weir::openai
