// All encodings, and the encoding of each model.
#pragma once

#include <optional>
#include <string_view>

#include "tokens/encoding.hpp"
#include "tokens/token_cache.hpp"

namespace weir::tokens {

// "o200k_base", "cl100k_base" or "o200k_harmony".
std::optional<encoding_name> find_encoding(std::string_view name);

// The encoding of a model by tiktoken 0.14.0, model.py: by its whole name, otherwise by the first matching
// prefix. Empty for an unknown model, and for one whose encoding is not supported (the p50k and r50k models
// from before 2023).
std::optional<encoding_name> encoding_of_model(std::string_view model);

// Immutable, so any thread may use it.
class encodings {
 public:
  explicit encodings(encoding_name fallback);

  const encoding& of(encoding_name which) const { return all_[static_cast<std::size_t>(which)]; }
  // The encoding of a model; the fallback where the model is unknown.
  const encoding& of_model(std::string_view model) const {
    return of(encoding_of_model(model).value_or(fallback_));
  }

 private:
  encoding_name fallback_;
  encoding all_[3];
};

// The token caches of one worker, one for each vocabulary, made at first use. Not thread-safe.
class token_caches {
 public:
  token_cache& of(encoding_name which) {
    auto& part = which == encoding_name::cl100k_base ? cl100k_ : o200k_;
    return part ? *part : part.emplace();
  }

 private:
  std::optional<token_cache> o200k_, cl100k_;
};

}  // namespace weir::tokens
