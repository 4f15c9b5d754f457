// Which encoding a model uses, and all of them in one place.
#pragma once

#include <optional>
#include <string_view>

#include "tokens/encoding.hpp"
#include "tokens/memory.hpp"

namespace weir::tokens {

// "o200k_base", "cl100k_base" or "o200k_harmony".
std::optional<encoding_name> find_encoding(std::string_view name);

// By tiktoken 0.14.0, model.py: the whole name, else the first prefix of its list. Nothing for a model it
// does not know, or one of an encoding that is not here (the p50k and r50k models of before 2023).
std::optional<encoding_name> encoding_of_model(std::string_view model);

// Immutable; any thread may use it.
class encodings {
 public:
  explicit encodings(encoding_name fallback);

  const encoding& of(encoding_name which) const { return all_[static_cast<std::size_t>(which)]; }
  // An unknown model has the fallback.
  const encoding& of_model(std::string_view model) const {
    return of(encoding_of_model(model).value_or(fallback_));
  }

 private:
  encoding_name fallback_;
  encoding all_[3];
};

// What one worker remembers, a part for each vocabulary, once it is used.
class memory {
 public:
  encoding_memory& of(encoding_name which) {
    auto& part = which == encoding_name::cl100k_base ? cl100k_ : o200k_;
    return part ? *part : part.emplace();
  }

 private:
  std::optional<encoding_memory> o200k_, cl100k_;
};

}  // namespace weir::tokens
