// Parses a chat request by the rules of its fields, and collects the texts whose tokens count.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "openai/chat_request.hpp"
#include "openai/field_rules.hpp"
#include "openai/json_reader.hpp"
#include "openai/tool_text.hpp"

namespace weir::openai {

// Parses one body into `out`, whose memory is reused.
class chat_request_parser : private json_reader {
 public:
  chat_request_parser(simdjson::ondemand::document& document, std::string_view body, tool_writer& tools,
                      chat_request& out)
      : json_reader(document, body), tools_(tools), out_(out) {}

  // False where the body is invalid: take_error() says why, and `out` is meaningless.
  bool parse();
  using json_reader::take_error;

 private:
  static constexpr std::size_t no_text = ~std::size_t{0};

  // The fields of an object: bit i belongs to rules[i].
  struct present_fields {
    std::uint64_t seen = 0;     // present, perhaps null
    std::uint64_t given = 0;    // present and not null
    std::uint8_t selected = 0;  // the index of the discriminator's value in its enum
    bool has(std::size_t i) const { return ((given >> i) & 1U) != 0; }
  };
  // The content of the message that is being parsed.
  struct message_content {
    json_kind kind = json_kind::null;
    std::uint32_t media_parts = 0;  // recordings and files
    std::size_t text = no_text;     // its index in out_.texts, where the content is a string
    // By part type: 1 + the index of the first part of this type; 0 where there is none.
    std::array<std::uint32_t, 5> first_part{};
  };
  // The texts of a field: the indexes [begin, end) in out_.texts.
  struct text_range {
    std::size_t begin, end;
  };

  bool read_fields(simdjson::ondemand::object object, std::span<const field_rule> rules,
                   present_fields& present);
  bool check_required(std::span<const field_rule> rules, const present_fields& present);
  bool read_field(const field_rule& rule, value& v, present_fields& present, std::size_t index);

  bool read_string(const field_rule& rule, json_token found);
  bool read_integer(const field_rule& rule, json_token found);
  bool read_decimal(const field_rule& rule, json_token found);
  bool read_enum_value(const field_rule& rule, json_token found, present_fields& present);
  bool read_enum_value_list(const field_rule& rule, value& v, json_kind found);
  bool read_object(const field_rule& rule, value& v, json_kind found);
  bool read_objects(const field_rule& rule, value& v, json_kind found);
  bool read_tools(const field_rule& rule, value& v, json_kind found);
  bool read_enum_value_or_object(const field_rule& rule, value& v, json_token found);
  bool read_string_or_array(value& v, json_kind found);
  bool read_string_or_strings(const field_rule& rule, value& v, json_kind found);
  bool read_string_map(const field_rule& rule, value& v, json_kind found);
  bool read_token_biases(const field_rule& rule, value& v, json_kind found);
  bool check_length(const field_rule& rule, std::size_t items);
  bool wrong(std::string_view expected, json_kind got) { return fail(wrong_type_here(expected, got)); }
  api_error wrong_type_here(std::string_view expected, json_kind got) const;

  bool read_messages(value& v, json_kind found);
  bool read_message(value& v, json_kind found);
  bool read_content(value& v, json_token found);
  // Begins the content of a message, or begins it again where the field is repeated.
  void begin_content(json_kind);
  bool read_part(value& v, json_kind found, std::size_t index);
  bool check_message(const present_fields& present);
  bool check_content(const present_fields& present, role from);
  bool check_parts(role from);

  bool finish(const present_fields& present);
  bool finish_cap();
  void finish_tools(const present_fields& present);
  bool captured_true(std::size_t which) const { return captured_[which].text == "true"; }

  void count_text(std::string_view escaped);
  void count_raw(std::string_view raw);
  void add_image();
  void add_calls(const present_fields& present, role from);
  // Empties the texts of a field that is repeated.
  void forget(text_range);

  tool_writer& tools_;
  chat_request& out_;
  std::array<json_token, captured_count> captured_{};

  // The message that is being parsed.
  message_content content_;
  std::uint32_t call_count_ = 0;  // the number of calls in the last tool_calls
  std::size_t image_begin_ = 0;   // the index of its first picture in out_.images

  // The first system message of all messages.
  bool has_system_ = false;
  std::size_t system_text_ = no_text;
};

}  // namespace weir::openai
