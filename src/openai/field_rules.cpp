// Source: OpenAI's openapi specification 2.3.0, CreateChatCompletionRequest; fields it does not name are
// accepted unread, since vLLM, LiteLLM and others have their own.
#include "openai/field_rules.hpp"

#include <array>

namespace weir::openai {
namespace {

using enum shape;
using words_of = std::string_view;

constexpr std::uint8_t required = field_rule::required;
constexpr std::uint8_t nullable = field_rule::nullable;
constexpr std::uint8_t counted = field_rule::counted;
constexpr std::uint8_t selects = field_rule::selects;

constexpr words_of roles[] = {"system", "assistant", "user", "function", "tool", "developer"};
constexpr words_of part_types[] = {"text", "image_url", "input_audio", "refusal", "file"};
constexpr words_of user_parts[] = {"text", "image_url", "input_audio", "file"};
constexpr words_of assistant_parts[] = {"text", "refusal"};
constexpr words_of details[] = {"auto", "low", "high"};
constexpr words_of tool_types[] = {"function", "custom"};
constexpr words_of tool_choices[] = {"none", "auto", "required"};
constexpr words_of call_choices[] = {"none", "auto"};
constexpr words_of format_types[] = {"text", "json_object", "json_schema"};
constexpr words_of modality_words[] = {"text", "audio"};
constexpr words_of input_formats[] = {"wav", "mp3"};
constexpr words_of audio_formats[] = {"wav", "aac", "mp3", "flac", "opus", "pcm16"};
constexpr words_of prediction_types[] = {"content"};
constexpr words_of efforts[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};
constexpr words_of verbosities[] = {"low", "medium", "high"};
constexpr words_of tiers[] = {"auto", "default", "flex", "scale", "priority", "fast"};
constexpr words_of retentions[] = {"in_memory", "in-memory", "24h"};

// --- parts of messages

constexpr field_rule image_url_rules[] = {
    {.name = "url", .is = string, .flags = required, .keep = kept_image_url},
    {.name = "detail", .is = word, .keep = kept_image_detail, .words = details},
};
constexpr field_rule input_audio_rules[] = {
    {"data", string, required},
    {.name = "format", .is = word, .flags = required, .words = input_formats},
};
constexpr field_rule file_rules[] = {{"filename", string}, {"file_data", string}, {"file_id", string}};

constexpr field_rule the_part_rules[] = {
    {.name = "type", .is = word, .flags = required | selects, .words = part_types},
    {"text", string, counted},
    {.name = "image_url", .is = object, .fields = image_url_rules},
    {.name = "input_audio", .is = object, .fields = input_audio_rules},
    {"refusal", string, counted},
    {.name = "file", .is = object, .fields = file_rules},
};

// --- messages

constexpr field_rule function_call_rules[] = {{"name", string, required | counted},
                                              {"arguments", string, required | counted}};
constexpr field_rule custom_call_rules[] = {{"name", string, required | counted},
                                            {"input", string, required | counted}};
constexpr field_rule tool_call_rules[] = {
    {.name = "type", .is = word, .flags = required | selects, .words = tool_types},
    {"id", string, required},
    {.name = "function", .is = object, .fields = function_call_rules},
    {.name = "custom", .is = object, .fields = custom_call_rules},
};
constexpr field_rule past_audio_rules[] = {{"id", string, required}};

// In the order of message_field. tool_calls may be null, against the letter: clients send back what an SDK's
// object dumps.
constexpr field_rule the_message_rules[] = {
    {.name = "role", .is = word, .flags = required | counted | selects, .words = roles},
    {"content", content, nullable | counted},
    {"name", string, counted},
    {"refusal", string, nullable | counted},
    {.name = "tool_calls",
     .is = objects,
     .flags = nullable | counted,
     .keep = kept_tool_calls,
     .low = 1,
     .fields = tool_call_rules},
    {"tool_call_id", string},
    {.name = "function_call", .is = object, .flags = nullable | counted, .fields = function_call_rules},
    {.name = "audio", .is = object, .flags = nullable, .fields = past_audio_rules},
};

// --- tools and formats

// Their texts count as the declaration that is made of them (openai/tool_text.hpp).
constexpr field_rule function_rules[] = {
    {.name = "name", .is = string, .flags = required, .keep = kept_tool_name, .low = 1},
    {.name = "description", .is = string, .keep = kept_tool_description},
    {.name = "parameters", .is = object, .keep = kept_tool_schema},
    {"strict", boolean, nullable},
};
constexpr field_rule custom_tool_rules[] = {
    {.name = "name", .is = string, .flags = required, .keep = kept_tool_name, .low = 1},
    {.name = "description", .is = string, .keep = kept_tool_description},
    {.name = "format", .is = object, .keep = kept_tool_schema},
};
constexpr field_rule tool_rules[] = {
    {.name = "type", .is = word, .flags = required | selects, .keep = kept_tool_type, .words = tool_types},
    {.name = "function", .is = object, .flags = counted, .fields = function_rules},
    {.name = "custom", .is = object, .flags = counted, .fields = custom_tool_rules},
};
constexpr field_rule json_schema_rules[] = {
    {.name = "name", .is = string, .flags = required | counted, .low = 1},
    {"description", string, counted},
    {"schema", object, counted},
    {"strict", boolean, nullable},
};
constexpr field_rule format_rules[] = {
    {.name = "type", .is = word, .flags = required | selects, .words = format_types},
    {.name = "json_schema", .is = object, .flags = counted, .fields = json_schema_rules},
};
constexpr field_rule named_rules[] = {
    {.name = "name", .is = string, .flags = required, .keep = kept_choice_name}};
constexpr field_rule choice_rules[] = {{.name = "function", .is = object, .fields = named_rules}};

// --- the rest

constexpr field_rule stream_option_rules[] = {{"include_usage", boolean}, {"include_obfuscation", boolean}};
constexpr field_rule audio_rules[] = {
    {"voice", word_or_object, required},
    {.name = "format", .is = word, .flags = required, .words = audio_formats},
};
constexpr field_rule prediction_rules[] = {
    {.name = "type", .is = word, .flags = required, .words = prediction_types},
    {"content", string_or_array, required},
};
constexpr field_rule web_search_rules[] = {
    {"user_location", object, nullable},
    {.name = "search_context_size", .is = word, .words = verbosities},
};
constexpr field_rule moderation_rules[] = {{"model", string, required}};

// What most requests carry stands first: a field is looked for from the top.
constexpr field_rule the_request_rules[] = {
    {.name = "model", .is = string, .flags = nullable, .keep = kept_model, .high = longest_model_name},
    {.name = "messages", .is = messages, .flags = required | counted, .low = 1},
    {.name = "max_tokens",
     .is = integer,
     .flags = nullable,
     .keep = kept_max_tokens,
     .low = 1,
     .high = largest_output},
    {.name = "max_completion_tokens",
     .is = integer,
     .flags = nullable,
     .keep = kept_max_completion_tokens,
     .low = 1,
     .high = largest_output},
    {.name = "temperature", .is = decimal, .flags = nullable, .low = 0, .high = 2},
    {.name = "top_p", .is = decimal, .flags = nullable, .low = 0, .high = 1},
    {.name = "n", .is = integer, .flags = nullable, .keep = kept_n, .low = 1, .high = 128},
    {.name = "stream", .is = boolean, .flags = nullable, .keep = kept_stream},
    {.name = "stream_options",
     .is = object,
     .flags = nullable,
     .keep = kept_stream_options,
     .fields = stream_option_rules},
    {.name = "user", .is = string},
    {.name = "stop", .is = string_or_strings, .flags = nullable, .low = 1, .high = 4},
    {.name = "tools", .is = tools, .flags = counted, .low = 1, .high = 128, .fields = tool_rules},
    {.name = "tool_choice",
     .is = word_or_object,
     .keep = kept_tool_choice,
     .words = tool_choices,
     .fields = choice_rules},
    {.name = "parallel_tool_calls", .is = boolean},
    {.name = "response_format", .is = object, .flags = nullable | counted, .fields = format_rules},
    {.name = "seed", .is = integer, .flags = nullable},
    {.name = "frequency_penalty", .is = decimal, .flags = nullable, .low = -2, .high = 2},
    {.name = "presence_penalty", .is = decimal, .flags = nullable, .low = -2, .high = 2},
    {.name = "logprobs", .is = boolean, .flags = nullable, .keep = kept_logprobs},
    {.name = "top_logprobs",
     .is = integer,
     .flags = nullable,
     .keep = kept_top_logprobs,
     .low = 0,
     .high = 20},
    {.name = "logit_bias", .is = token_biases, .flags = nullable, .low = -100, .high = 100},
    {.name = "reasoning_effort", .is = word, .flags = nullable, .words = efforts},
    {.name = "verbosity", .is = word, .flags = nullable, .words = verbosities},
    {.name = "metadata", .is = string_map, .flags = nullable, .high = 16},
    {.name = "store", .is = boolean, .flags = nullable},
    {.name = "service_tier", .is = word, .flags = nullable, .words = tiers},
    {.name = "modalities", .is = words, .flags = nullable, .words = modality_words},
    {.name = "audio", .is = object, .flags = nullable, .fields = audio_rules},
    {.name = "prediction", .is = object, .flags = nullable, .fields = prediction_rules},
    {.name = "functions", .is = tools, .flags = counted, .low = 1, .high = 128, .fields = function_rules},
    {.name = "function_call",
     .is = word_or_object,
     .keep = kept_tool_choice,
     .words = call_choices,
     .fields = named_rules},
    {.name = "safety_identifier", .is = string, .high = 128},
    {.name = "prompt_cache_key", .is = string},
    {.name = "prompt_cache_options", .is = object},
    {.name = "prompt_cache_retention", .is = word, .flags = nullable, .words = retentions},
    {.name = "web_search_options", .is = object, .fields = web_search_rules},
    {.name = "moderation", .is = object, .flags = nullable, .fields = moderation_rules},
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
