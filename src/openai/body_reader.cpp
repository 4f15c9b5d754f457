// The rules of an object applied to what was sent; what a request adds up to.
#include "openai/body_reader.hpp"

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

bool body_reader::read() {
  const json_kind kind = root_kind();
  if (kind == json_kind::broken) return broken();
  if (kind != json_kind::object) return walk_root() ? fail(body_is_no_object(kind)) : false;
  simdjson::ondemand::object root;
  if (document_.get_object().get(root)) return broken();
  object_facts facts;
  if (read_fields(root, request_rules(), facts) && nothing_follows() && finish(facts)) return true;
  if (is_broken()) return false;
  // Some field is wrong, and we stopped there: what is not JSON at all must be told as such.
  api_error wrong_field = take_error();
  return walk_root() ? fail(std::move(wrong_field)) : false;
}

bool body_reader::read_fields(simdjson::ondemand::object object, std::span<const field_rule> rules,
                              object_facts& facts) {
  std::array<text_range, 64> texts;  // of rules[i], once seen
  const bool read = each_field(object, [&](std::string_view key, value& v) {
    const std::size_t i = find_rule(rules, key);
    if (i == rules.size()) return walk(v, look(v).kind);
    if (((facts.seen >> i) & 1U) != 0) forget(texts[i]);  // the last of duplicates counts
    texts[i].begin = out_.texts.size();
    if (!read_field(rules[i], v, facts, i)) return false;
    texts[i].end = out_.texts.size();
    return true;
  });
  return read;
}

bool body_reader::check_required(std::span<const field_rule> rules, const object_facts& facts) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!rules[i].has(field_rule::required | field_rule::selects)) continue;
    std::string_view absent;
    if (((facts.seen >> i) & 1U) == 0) {
      absent = rules[i].name;
    } else if (rules[i].has(field_rule::selects)) {
      const std::string_view word = rules[i].words[facts.selected];
      const std::size_t other = find_rule(rules, word);
      if (other != rules.size() && !facts.has(other)) absent = word;
    }
    if (absent.empty()) continue;
    const json_path::step there(path_, absent);
    return fail(missing_field(here()));
  }
  return true;
}

bool body_reader::read_field(const field_rule& rule, value& v, object_facts& facts, std::size_t index) {
  const json_path::step there(path_, rule.name);
  const json_look found = look(v);
  if (found.kind == json_kind::broken) return broken();
  const std::uint64_t bit = std::uint64_t{1} << index;
  facts.seen |= bit;
  if (rule.keep != 0) kept_[rule.keep] = found;
  facts.given = found.kind == json_kind::null ? facts.given & ~bit : facts.given | bit;
  if (rule.is == shape::content) return read_content(v, found);
  if (found.kind == json_kind::null && rule.has(field_rule::nullable)) return true;
  switch (rule.is) {
    case shape::any: return walk(v, found.kind);
    case shape::string: return read_string(rule, found);
    case shape::boolean: return found.kind == json_kind::boolean || wrong("a boolean", found.kind);
    case shape::integer: return read_integer(rule, found);
    case shape::decimal: return read_decimal(rule, found);
    case shape::word: return read_word(rule, found, facts);
    case shape::words: return read_words(rule, v, found.kind);
    case shape::object: return read_object(rule, v, found.kind);
    case shape::objects: return read_objects(rule, v, found.kind);
    case shape::tools: return read_tools(rule, v, found.kind);
    case shape::word_or_object: return read_word_or_object(rule, v, found);
    case shape::string_or_array: return read_string_or_array(v, found.kind);
    case shape::string_or_strings: return read_string_or_strings(rule, v, found.kind);
    case shape::string_map: return read_string_map(rule, v, found.kind);
    case shape::token_biases: return read_token_biases(rule, v, found.kind);
    case shape::messages: return read_messages(v, found.kind);
    case shape::content: break;
  }
  return true;
}

bool body_reader::finish(const object_facts& facts) {
  const json_look& model = kept_[kept_model];
  if (model.kind != json_kind::string || model.text.empty()) return fail(no_model());
  out_.model.clear();
  append_unescaped(out_.model, model.text);
  if (!check_required(request_rules(), facts)) return false;
  if (kept_true(kept_stream)) return fail(streaming_unsupported());
  if (kept_[kept_stream_options].kind == json_kind::object)
    return fail(only_with("stream_options", "stream"));
  if (kept_[kept_top_logprobs].kind == json_kind::integer && !kept_true(kept_logprobs)) {
    return fail(only_with("top_logprobs", "logprobs"));
  }
  finish_tools(facts);
  return finish_cap();
}

// Source: hmarr/openai-chat-tokens. Definitions cost 9 beside their text; with them the first system message
// gets a line break, and shares its frame with them. To be told which to call costs, too.
void body_reader::finish_tools(const object_facts& facts) {
  constexpr std::int64_t tokens_around_tools = 9, tokens_shared_with_system = 4, tokens_of_no_choice = 1,
                         tokens_around_choice = 4;
  const auto rules = request_rules();
  if (!facts.has(find_rule(rules, "tools")) && !facts.has(find_rule(rules, "functions"))) return;
  out_.extra_tokens += tokens_around_tools - (has_system_ ? tokens_shared_with_system : 0);
  if (system_text_ != no_text) {
    const chat_request::span system = out_.texts[system_text_];
    const auto begin = static_cast<std::uint32_t>(out_.text.size());
    out_.text.append(out_.text, system.begin, system.end - system.begin).append("\n");
    out_.texts[system_text_] = {begin, static_cast<std::uint32_t>(out_.text.size())};
  }
  const json_look& choice = kept_[kept_tool_choice];
  if (choice.kind == json_kind::string && choice.text == "none") out_.extra_tokens += tokens_of_no_choice;
  if (choice.kind == json_kind::object && kept_[kept_choice_name].kind == json_kind::string) {
    out_.extra_tokens += tokens_around_choice;
    count_text(kept_[kept_choice_name].text);
  }
}

bool body_reader::finish_cap() {
  const auto number = [this](std::size_t which) {
    return kept_[which].kind == json_kind::integer ? parse_integer(kept_[which].text).value : 0;
  };
  out_.choice_count = static_cast<std::uint32_t>(std::max<std::int64_t>(1, number(kept_n)));
  const std::size_t larger = number(kept_max_tokens) > number(kept_max_completion_tokens)
                                 ? kept_max_tokens
                                 : kept_max_completion_tokens;
  const std::int64_t cap = number(larger);
  if (cap == 0) return true;
  const std::int64_t most = largest_output / out_.choice_count;
  if (cap > most) {
    return fail(above_maximum(larger == kept_max_tokens ? "max_tokens" : "max_completion_tokens", true, most,
                              kept_[larger].text));
  }
  out_.output_cap = static_cast<std::uint32_t>(cap);
  return true;
}

void body_reader::count_text(std::string_view escaped) {
  const auto begin = static_cast<std::uint32_t>(out_.text.size());
  append_unescaped(out_.text, escaped);
  out_.texts.push_back({begin, static_cast<std::uint32_t>(out_.text.size())});
}

void body_reader::count_raw(std::string_view raw) {
  const auto begin = static_cast<std::uint32_t>(out_.text.size());
  out_.text.append(raw);
  out_.texts.push_back({begin, static_cast<std::uint32_t>(out_.text.size())});
}

void body_reader::forget(text_range gone) {
  for (std::size_t i = gone.begin; i < gone.end; ++i) out_.texts[i].end = out_.texts[i].begin;
}

}  // namespace weir::openai
