// Source: OpenAI's openapi specification 2.3.0, CreateChatCompletionRequest. Fields that it does not name are
// accepted unread, since vLLM, LiteLLM and others have fields of their own.
#include "openai/field_rules.hpp"

#include <array>

namespace weir::openai {
namespace {

using enum value_type;
using enum_values_of = std::string_view;

constexpr std::uint8_t required = field_rule::required;
constexpr std::uint8_t nullable = field_rule::nullable;
constexpr std::uint8_t counted = field_rule::counted;
constexpr std::uint8_t discriminator = field_rule::discriminator;

constexpr enum_values_of roles[] = {"system", "assistant", "user", "function", "tool", "developer"};
constexpr enum_values_of part_types[] = {"text", "image_url", "input_audio", "refusal", "file"};
constexpr enum_values_of user_parts[] = {"text", "image_url", "input_audio", "file"};
constexpr enum_values_of assistant_parts[] = {"text", "refusal"};
constexpr enum_values_of details[] = {"auto", "low", "high"};
constexpr enum_values_of tool_types[] = {"function", "custom"};
constexpr enum_values_of tool_choices[] = {"none", "auto", "required"};
constexpr enum_values_of call_choices[] = {"none", "auto"};
constexpr enum_values_of format_types[] = {"text", "json_object", "json_schema"};
constexpr enum_values_of modality_words[] = {"text", "audio"};
constexpr enum_values_of input_formats[] = {"wav", "mp3"};
constexpr enum_values_of audio_formats[] = {"wav", "aac", "mp3", "flac", "opus", "pcm16"};
constexpr enum_values_of prediction_types[] = {"content"};
constexpr enum_values_of efforts[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};
constexpr enum_values_of verbosities[] = {"low", "medium", "high"};
constexpr enum_values_of tiers[] = {"auto", "default", "flex", "scale", "priority", "fast"};
constexpr enum_values_of retentions[] = {"in_memory", "in-memory", "24h"};

// --- parts of messages

constexpr field_rule image_url_rules[] = {
    {.name = "url", .type = string, .flags = required, .capture = captured_image_url},
    {.name = "detail", .type = enum_value, .capture = captured_image_detail, .enum_values = details},
};
constexpr field_rule input_audio_rules[] = {
    {"data", string, required},
    {.name = "format", .type = enum_value, .flags = required, .enum_values = input_formats},
};
constexpr field_rule file_rules[] = {{"filename", string}, {"file_data", string}, {"file_id", string}};

constexpr field_rule the_part_rules[] = {
    {.name = "type", .type = enum_value, .flags = required | discriminator, .enum_values = part_types},
    {"text", string, counted},
    {.name = "image_url", .type = object, .fields = image_url_rules},
    {.name = "input_audio", .type = object, .fields = input_audio_rules},
    {"refusal", string, counted},
    {.name = "file", .type = object, .fields = file_rules},
};

// --- messages

constexpr field_rule function_call_rules[] = {{"name", string, required | counted},
                                              {"arguments", string, required | counted}};
constexpr field_rule custom_call_rules[] = {{"name", string, required | counted},
                                            {"input", string, required | counted}};
constexpr field_rule tool_call_rules[] = {
    {.name = "type", .type = enum_value, .flags = required | discriminator, .enum_values = tool_types},
    {"id", string, required},
    {.name = "function", .type = object, .fields = function_call_rules},
    {.name = "custom", .type = object, .fields = custom_call_rules},
};
constexpr field_rule past_audio_rules[] = {{"id", string, required}};

// In the order of message_field. tool_calls may be null, unlike in the specification: clients send back the
// dump of an SDK's object.
constexpr field_rule the_message_rules[] = {
    {.name = "role", .type = enum_value, .flags = required | counted | discriminator, .enum_values = roles},
    {"content", content, nullable | counted},
    {"name", string, counted},
    {"refusal", string, nullable | counted},
    {.name = "tool_calls",
     .type = objects,
     .flags = nullable | counted,
     .capture = captured_tool_calls,
     .low = 1,
     .fields = tool_call_rules},
    {"tool_call_id", string},
    {.name = "function_call", .type = object, .flags = nullable | counted, .fields = function_call_rules},
    {.name = "audio", .type = object, .flags = nullable, .fields = past_audio_rules},
};

// --- tools and formats

// Their texts count as the declarations made from them (openai/tool_text.hpp).
constexpr field_rule function_rules[] = {
    {.name = "name", .type = string, .flags = required, .capture = captured_tool_name, .low = 1},
    {.name = "description", .type = string, .capture = captured_tool_description},
    {.name = "parameters", .type = object, .capture = captured_tool_schema},
    {"strict", boolean, nullable},
};
constexpr field_rule custom_tool_rules[] = {
    {.name = "name", .type = string, .flags = required, .capture = captured_tool_name, .low = 1},
    {.name = "description", .type = string, .capture = captured_tool_description},
    {.name = "format", .type = object, .capture = captured_tool_schema},
};
constexpr field_rule tool_rules[] = {
    {.name = "type",
     .type = enum_value,
     .flags = required | discriminator,
     .capture = captured_tool_type,
     .enum_values = tool_types},
    {.name = "function", .type = object, .flags = counted, .fields = function_rules},
    {.name = "custom", .type = object, .flags = counted, .fields = custom_tool_rules},
};
constexpr field_rule json_schema_rules[] = {
    {.name = "name", .type = string, .flags = required | counted, .low = 1},
    {"description", string, counted},
    {"schema", object, counted},
    {"strict", boolean, nullable},
};
constexpr field_rule format_rules[] = {
    {.name = "type", .type = enum_value, .flags = required | discriminator, .enum_values = format_types},
    {.name = "json_schema", .type = object, .flags = counted, .fields = json_schema_rules},
};
constexpr field_rule named_rules[] = {
    {.name = "name", .type = string, .flags = required, .capture = captured_choice_name}};
constexpr field_rule choice_rules[] = {{.name = "function", .type = object, .fields = named_rules}};

// --- the rest

constexpr field_rule stream_option_rules[] = {{"include_usage", boolean}, {"include_obfuscation", boolean}};
constexpr field_rule audio_rules[] = {
    {"voice", enum_value_or_object, required},
    {.name = "format", .type = enum_value, .flags = required, .enum_values = audio_formats},
};
constexpr field_rule prediction_rules[] = {
    {.name = "type", .type = enum_value, .flags = required, .enum_values = prediction_types},
    {"content", string_or_array, required},
};
constexpr field_rule web_search_rules[] = {
    {"user_location", object, nullable},
    {.name = "search_context_size", .type = enum_value, .enum_values = verbosities},
};
constexpr field_rule moderation_rules[] = {{"model", string, required}};

// The most frequent fields come first, since a field is searched from the top.
constexpr field_rule the_request_rules[] = {
    {.name = "model",
     .type = string,
     .flags = nullable,
     .capture = captured_model,
     .high = longest_model_name},
    {.name = "messages", .type = messages, .flags = required | counted, .low = 1},
    {.name = "max_tokens",
     .type = integer,
     .flags = nullable,
     .capture = captured_max_tokens,
     .low = 1,
     .high = largest_output},
    {.name = "max_completion_tokens",
     .type = integer,
     .flags = nullable,
     .capture = captured_max_completion_tokens,
     .low = 1,
     .high = largest_output},
    {.name = "temperature", .type = decimal, .flags = nullable, .low = 0, .high = 2},
    {.name = "top_p", .type = decimal, .flags = nullable, .low = 0, .high = 1},
    {.name = "n", .type = integer, .flags = nullable, .capture = captured_n, .low = 1, .high = 128},
    {.name = "stream", .type = boolean, .flags = nullable, .capture = captured_stream},
    {.name = "stream_options",
     .type = object,
     .flags = nullable,
     .capture = captured_stream_options,
     .fields = stream_option_rules},
    {.name = "user", .type = string},
    {.name = "stop", .type = string_or_strings, .flags = nullable, .low = 1, .high = 4},
    {.name = "tools", .type = tools, .flags = counted, .low = 1, .high = 128, .fields = tool_rules},
    {.name = "tool_choice",
     .type = enum_value_or_object,
     .capture = captured_tool_choice,
     .enum_values = tool_choices,
     .fields = choice_rules},
    {.name = "parallel_tool_calls", .type = boolean},
    {.name = "response_format", .type = object, .flags = nullable | counted, .fields = format_rules},
    {.name = "seed", .type = integer, .flags = nullable},
    {.name = "frequency_penalty", .type = decimal, .flags = nullable, .low = -2, .high = 2},
    {.name = "presence_penalty", .type = decimal, .flags = nullable, .low = -2, .high = 2},
    {.name = "logprobs", .type = boolean, .flags = nullable, .capture = captured_logprobs},
    {.name = "top_logprobs",
     .type = integer,
     .flags = nullable,
     .capture = captured_top_logprobs,
     .low = 0,
     .high = 20},
    {.name = "logit_bias", .type = token_biases, .flags = nullable, .low = -100, .high = 100},
    {.name = "reasoning_effort", .type = enum_value, .flags = nullable, .enum_values = efforts},
    {.name = "verbosity", .type = enum_value, .flags = nullable, .enum_values = verbosities},
    {.name = "metadata", .type = string_map, .flags = nullable, .high = 16},
    {.name = "store", .type = boolean, .flags = nullable},
    {.name = "service_tier", .type = enum_value, .flags = nullable, .enum_values = tiers},
    {.name = "modalities", .type = enum_value_list, .flags = nullable, .enum_values = modality_words},
    {.name = "audio", .type = object, .flags = nullable, .fields = audio_rules},
    {.name = "prediction", .type = object, .flags = nullable, .fields = prediction_rules},
    {.name = "functions", .type = tools, .flags = counted, .low = 1, .high = 128, .fields = function_rules},
    {.name = "function_call",
     .type = enum_value_or_object,
     .capture = captured_tool_choice,
     .enum_values = call_choices,
     .fields = named_rules},
    {.name = "safety_identifier", .type = string, .high = 128},
    {.name = "prompt_cache_key", .type = string},
    {.name = "prompt_cache_options", .type = object},
    {.name = "prompt_cache_retention", .type = enum_value, .flags = nullable, .enum_values = retentions},
    {.name = "web_search_options", .type = object, .fields = web_search_rules},
    {.name = "moderation", .type = object, .flags = nullable, .fields = moderation_rules},
};

}  // namespace

std::span<const field_rule> request_rules() { return the_request_rules; }
std::span<const field_rule> message_rules() { return the_message_rules; }
std::span<const field_rule> part_rules() { return the_part_rules; }

std::span<const std::string_view> parts_allowed(role r) {
  if (r == role::user) return user_parts;
  if (r == role::assistant) return assistant_parts;
  return std::span(user_parts).first(1);
}

}  // namespace weir::openai
