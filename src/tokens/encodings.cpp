#include "tokens/encodings.hpp"

#include <algorithm>
#include <iterator>

namespace weir::tokens {
namespace {

using enum encoding_name;

struct entry {
  std::string_view name;
  encoding_name uses;
};

constexpr entry models[] = {
    {"o1", o200k_base},
    {"o3", o200k_base},
    {"o4-mini", o200k_base},
    {"gpt-5", o200k_base},
    {"gpt-4.1", o200k_base},
    {"gpt-4o", o200k_base},
    {"gpt-4", cl100k_base},
    {"gpt-3.5-turbo", cl100k_base},
    {"gpt-3.5", cl100k_base},
    {"gpt-35-turbo", cl100k_base},
    {"davinci-002", cl100k_base},
    {"babbage-002", cl100k_base},
    {"text-embedding-ada-002", cl100k_base},
    {"text-embedding-3-small", cl100k_base},
    {"text-embedding-3-large", cl100k_base},
};

// The order matters: gpt-4o- comes before gpt-4-.
constexpr entry prefixes[] = {
    {"o1-", o200k_base},
    {"o3-", o200k_base},
    {"o4-mini-", o200k_base},
    {"gpt-5", o200k_base},
    {"gpt-4.5-", o200k_base},
    {"gpt-4.1-", o200k_base},
    {"chatgpt-4o-", o200k_base},
    {"gpt-4o-", o200k_base},
    {"gpt-4-", cl100k_base},
    {"gpt-3.5-turbo-", cl100k_base},
    {"gpt-35-turbo-", cl100k_base},
    {"gpt-oss-", o200k_harmony},
    {"ft:gpt-4o", o200k_base},
    {"ft:gpt-4", cl100k_base},
    {"ft:gpt-3.5-turbo", cl100k_base},
    {"ft:davinci-002", cl100k_base},
    {"ft:babbage-002", cl100k_base},
};

}  // namespace

encodings::encodings(encoding_name fallback)
    : fallback_(fallback),
      all_{encoding(o200k_base, o200k_tables().in_large_pages()),
           encoding(cl100k_base, cl100k_tables().in_large_pages()),
           encoding(o200k_harmony, all_[0].tables_of())} {}

std::optional<encoding_name> find_encoding(std::string_view wanted) {
  for (const encoding_name one : {o200k_base, cl100k_base, o200k_harmony}) {
    if (name(one) == wanted) return one;
  }
  return std::nullopt;
}

std::optional<encoding_name> encoding_of_model(std::string_view model) {
  const auto* const known =
      std::find_if(std::begin(models), std::end(models), [&](const entry& e) { return e.name == model; });
  if (known != std::end(models)) return known->uses;
  const auto* const begins = std::find_if(std::begin(prefixes), std::end(prefixes),
                                          [&](const entry& e) { return model.starts_with(e.name); });
  if (begins != std::end(prefixes)) return begins->uses;
  return std::nullopt;
}

}  // namespace weir::tokens
