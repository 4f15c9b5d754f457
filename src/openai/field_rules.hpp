// The rules of a chat request's fields as tables: type, bounds, enum values, and whether their text counts as
// input.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace weir::openai {

enum class value_type : std::uint8_t {
  any,
  string,
  boolean,
  integer,
  decimal,               // integers are numbers too
  enum_value,            // one of `enum_values`
  enum_value_list,       // an array of enum values
  object,                // an object with `fields`; unknown fields are allowed
  objects,               // an array of such objects
  tools,                 // an array of such objects, each a tool or function
  enum_value_or_object,  // without enum values: any string
  string_or_array,
  string_or_strings,  // low and high bound the array's length
  string_map,         // an object of strings
  token_biases,       // an object: token id ─▶ a number from low to high
  messages,
  content,  // a string, or an array of parts
};

struct field_rule {
  // Further properties of a field.
  enum : std::uint8_t {
    required = 1,
    nullable = 2,       // null means absent
    counted = 4,        // its text is input: the string itself, or the JSON of an object as it was sent
    discriminator = 8,  // an enum value; the field of that name, where it has a rule, is required:
                        // {"type":"function","function":{…}}
  };

  std::string_view name;
  value_type type = value_type::any;
  std::uint8_t flags = 0;
  std::uint8_t capture = 0;  // not 0: the parser captures the value under this number (captured_*)
  // The bounds of a number, or of the length of an array or string.
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  std::span<const std::string_view> enum_values{};
  std::span<const field_rule> fields{};

  constexpr bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

// Fields whose value matters beyond its type. The value is captured until the body has been parsed; the last
// one of duplicate fields stays.
enum : std::uint8_t {
  captured_model = 1,
  captured_stream,
  captured_stream_options,
  captured_max_tokens,
  captured_max_completion_tokens,
  captured_n,
  captured_logprobs,
  captured_top_logprobs,
  captured_tool_choice,  // tool_choice or function_call
  captured_choice_name,  // the function that it names
  captured_tool_type,    // of the tool or function that is being parsed, as are the next three
  captured_tool_name,
  captured_tool_description,
  captured_tool_schema,
  captured_tool_calls,
  captured_image_url,  // of the part that is being parsed
  captured_image_detail,
  captured_count,
};

inline constexpr std::int64_t longest_model_name = 256;
// Multiplied by n it must fit into a window's counter (limits::largest); this is checked when both are known.
inline constexpr std::int64_t largest_output = 4'294'967'294;

// The index of a role in the table of roles.
enum class role : std::uint8_t { system, assistant, user, function, tool, developer };
// The index of a type in the table of content parts.
enum class part : std::uint8_t { text, image_url, input_audio, refusal, file };

// The fields of a message by their index in message_rules().
enum message_field : std::uint8_t {
  field_role,
  field_content,
  field_name,
  field_refusal,
  field_tool_calls,
  field_tool_call_id,
  field_function_call,
  field_audio
};

std::span<const field_rule> request_rules();
std::span<const field_rule> message_rules();
std::span<const field_rule> part_rules();
// The part types that a message of this role may contain.
std::span<const std::string_view> parts_allowed(role);

}  // namespace weir::openai
