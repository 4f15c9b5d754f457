// Reads the fields of a chat request by their rules, and gathers the texts that count.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "openai/chat_request.hpp"
#include "openai/field_rules.hpp"
#include "openai/json_pass.hpp"
#include "openai/tool_text.hpp"

namespace weir::openai {

// One reading of one body into `out`, whose memory is reused.
class body_reader : private json_pass {
 public:
  body_reader(simdjson::ondemand::document& document, std::string_view body, tool_writer& tools,
              chat_request& out)
      : json_pass(document, body), tools_(tools), out_(out) {}

  // False: take_error() tells why, and `out` holds nothing of use.
  bool read();
  using json_pass::take_error;

 private:
  // What an object had: bit i for rules[i].
  struct object_facts {
    std::uint64_t seen = 0;
    std::uint64_t given = 0;    // seen, and not null
    std::uint8_t selected = 0;  // the word of the rule that selects, by its place
    bool has(std::size_t i) const { return ((given >> i) & 1U) != 0; }
  };
  // Where in out_.texts the texts of a field lie.
  struct text_range {
    std::size_t begin, end;
  };

  bool read_fields(simdjson::ondemand::object object, std::span<const field_rule> rules, object_facts& facts);
  bool check_required(std::span<const field_rule> rules, const object_facts& facts);
  bool read_field(const field_rule& rule, value& v, object_facts& facts, std::size_t index);

  bool read_string(const field_rule& rule, json_look found);
  bool read_integer(const field_rule& rule, json_look found);
  bool read_decimal(const field_rule& rule, json_look found);
  bool read_word(const field_rule& rule, json_look found, object_facts& facts);
  bool read_words(const field_rule& rule, value& v, json_kind found);
  bool read_object(const field_rule& rule, value& v, json_kind found);
  bool read_objects(const field_rule& rule, value& v, json_kind found);
  bool read_tools(const field_rule& rule, value& v, json_kind found);
  bool read_word_or_object(const field_rule& rule, value& v, json_look found);
  bool read_string_or_array(value& v, json_kind found);
  bool read_string_or_strings(const field_rule& rule, value& v, json_kind found);
  bool read_string_map(const field_rule& rule, value& v, json_kind found);
  bool read_token_biases(const field_rule& rule, value& v, json_kind found);
  bool check_length(const field_rule& rule, std::size_t items);
  bool wrong(std::string_view expected, json_kind got) { return fail(wrong_type_here(expected, got)); }
  api_error wrong_type_here(std::string_view expected, json_kind got) const;

  bool read_messages(value& v, json_kind found);
  bool read_message(value& v, json_kind found);
  bool read_content(value& v, json_look found);
  bool read_part(value& v, json_kind found, std::size_t index);
  bool check_message(const object_facts& facts);
  bool check_content(const object_facts& facts, role from);
  bool check_parts(role from);

  bool finish(const object_facts& facts);
  bool finish_cap();
  void finish_tools(const object_facts& facts);
  bool kept_true(std::size_t which) const { return kept_[which].text == "true"; }

  void count_text(std::string_view escaped);
  void count_raw(std::string_view raw);
  void add_image();
  void add_calls(const object_facts& facts, role from);
  void forget(text_range);

  static constexpr std::size_t no_text = ~std::size_t{0};

  tool_writer& tools_;
  chat_request& out_;
  std::array<json_look, kept_count> kept_{};

  // Of the message being read.
  json_kind content_ = json_kind::null;
  std::uint32_t media_parts_ = 0;
  std::uint32_t call_count_ = 0;               // of the tool_calls read last
  std::size_t image_begin_ = 0;                // of its pictures in out_.images
  std::size_t content_text_ = no_text;         // where its content is in out_.texts, if it is a string
  std::array<std::uint32_t, 5> first_part_{};  // by part: 1 + where the first of its kind stands, 0: none

  // Of all messages: the first that is the system's.
  bool has_system_ = false;
  std::size_t system_text_ = no_text;
};

}  // namespace weir::openai
