// What the fields of a chat request must be, as tables: type, bounds, words, and whether their text counts as
// input.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace weir::openai {

enum class shape : std::uint8_t {
  any,
  string,
  boolean,
  integer,
  decimal,         // an integer will do
  word,            // one of `words`
  words,           // an array of them
  object,          // with `fields`, and others nobody asks for
  objects,         // an array of those
  tools,           // an array of those, each a tool or function
  word_or_object,  // no `words`: any string
  string_or_array,
  string_or_strings,  // low and high bound the array
  string_map,         // an object of strings
  token_biases,       // an object: token id ─▶ a number from low to high
  messages,
  content,  // a string, or an array of parts
};

struct field_rule {
  // What else is true of a field.
  enum : std::uint8_t {
    required = 1,
    nullable = 2,  // null is the same as absent
    counted = 4,   // its text is input: of a string the string, of an object its JSON as it was sent
    selects = 8,   // a word; where a field of that name has a rule, it is required:
                   // {"type":"function","function":{…}}
  };

  std::string_view name;
  shape is = shape::any;
  std::uint8_t flags = 0;
  std::uint8_t keep = 0;  // not 0: body_reader keeps what was sent under this number (kept_*)
  std::int64_t low =
      std::numeric_limits<std::int64_t>::min();  // of a number; of an array or string: how long
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  std::span<const std::string_view> words{};
  std::span<const field_rule> fields{};

  constexpr bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

// Fields of which more than the type matters: what was sent is kept until the body has been read. The last of
// duplicates stays.
enum : std::uint8_t {
  kept_model = 1,
  kept_stream,
  kept_stream_options,
  kept_max_tokens,
  kept_max_completion_tokens,
  kept_n,
  kept_logprobs,
  kept_top_logprobs,
  kept_tool_choice,  // tool_choice or function_call
  kept_choice_name,  // the function it names
  kept_tool_type,    // of the tool or function being read, as are the next three
  kept_tool_name,
  kept_tool_description,
  kept_tool_schema,
  kept_tool_calls,
  kept_image_url,  // of the part being read
  kept_image_detail,
  kept_count,
};

inline constexpr std::int64_t longest_model_name = 256;
// Times n it must fit what a window can hold (limits::largest); checked when both are known.
inline constexpr std::int64_t largest_output = 4'294'967'294;

// Where `role` stands in the table of roles.
enum class role : std::uint8_t { system, assistant, user, function, tool, developer };
// Where `type` stands in the table of content parts.
enum class part : std::uint8_t { text, image_url, input_audio, refusal, file };

// What a message's fields are called by their place in message_rules().
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
// The words of `type` that a message of this role may hold in its parts.
std::span<const std::string_view> parts_allowed(role);

}  // namespace weir::openai
