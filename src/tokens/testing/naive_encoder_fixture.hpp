// A slow reference of the encodings: patterns as lists of items with backtracking, and merges that look at
// all pairs.
#pragma once

#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokens/code_point.hpp"
#include "tokens/encoding.hpp"

namespace weir::tokens {

class naive_encoder {
 public:
  // `folder` holds the vocabularies (src/tokens/data).
  naive_encoder(encoding_name which, const std::string& folder)
      : cased_(which != encoding_name::cl100k_base) {
    std::ifstream file(folder + (cased_ ? "/o200k_base.vocab" : "/cl100k_base.vocab"), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.empty()) throw std::runtime_error("no vocabulary in " + folder);
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t length = static_cast<unsigned char>(bytes[at]);
      tokens_.push_back(bytes.substr(at + 1, length));
      at += 1 + length;
    }
    for (std::uint32_t i = 0; i < tokens_.size(); ++i) ranks_.emplace(tokens_[i], i);
  }

  const std::vector<std::string>& tokens() const { return tokens_; }

  std::uint32_t count(std::string_view text) const {
    std::uint32_t sum = 0;
    for (const std::string_view pretoken : split(text)) sum += count_merged(pretoken);
    return sum;
  }

  std::vector<std::string_view> split(std::string_view text) const {
    const auto chars = decoded(text);
    std::vector<std::string_view> pretokens;
    for (std::size_t at = 0; at + 1 < chars.size();) {
      const std::size_t end = match(chars, at);
      pretokens.push_back(text.substr(chars[at].begin, chars[end].begin - chars[at].begin));
      at = end;
    }
    return pretokens;
  }

 private:
  struct character {
    std::size_t begin;
    char_class is;
    std::uint32_t point;  // for ASCII and the long s, otherwise 0
  };
  using text_of = std::vector<character>;  // and one entry behind the last
  using test = std::function<bool(const character&)>;
  struct item {
    test is;
    std::size_t least, most;
    bool gives_back = true;
  };
  struct alternative {
    std::vector<item> items;
    bool contraction_may_follow = false;
    std::function<bool(const text_of&, std::size_t end)> and_then = [](const text_of&, std::size_t) {
      return true;
    };
  };
  static constexpr std::size_t none = ~std::size_t{0}, any = none - 1;

  text_of decoded(std::string_view text) const {
    text_of chars;
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto* const end = begin + text.size();
    for (const auto* at = begin; at < end;) {
      const seen here = points_.look(at, end);
      const bool long_s = here.bytes == 2 && at[0] == 0xc5 && at[1] == 0xbf;
      chars.push_back({static_cast<std::size_t>(at - begin), here.is,
                       *at < 0x80 ? *at
                       : long_s   ? 0x17fU
                                  : 0U});
      at += here.bytes;
    }
    chars.push_back({text.size(), char_class::other, 0});
    return chars;
  }

  std::size_t match(const text_of& chars, std::size_t at) const {
    static const auto cased = o200k(), plain = cl100k();
    for (const alternative& a : cased_ ? cased : plain) {
      if (const std::size_t end = match(a, 0, chars, at); end != none && end > at) return end;
    }
    throw std::logic_error("no alternative matches");
  }

  // Greedy: takes as many as there are, and one fewer as long as the rest does not match.
  std::size_t match(const alternative& a, std::size_t i, const text_of& chars, std::size_t at) const {
    if (i == a.items.size()) {
      if (!a.and_then(chars, at)) return none;
      return a.contraction_may_follow ? contraction(chars, at) : at;
    }
    const item& one = a.items[i];
    std::size_t most = 0;
    while (most < one.most && at + most + 1 < chars.size() && one.is(chars[at + most])) ++most;
    for (std::size_t n = most + 1; n-- > one.least;) {
      if (const std::size_t end = match(a, i + 1, chars, at + n); end != none) return end;
      if (!one.gives_back) break;
    }
    return none;
  }

  static std::size_t contraction(const text_of& chars, std::size_t at) {
    const auto letter = [&](std::size_t i) -> std::uint32_t {
      if (at + i + 1 >= chars.size()) return 0;
      const std::uint32_t c = chars[at + i].point;
      return c == 0x17f ? 's' : c >= 'A' && c <= 'Z' ? c + 32 : c;
    };
    if (letter(0) != '\'') return at;
    const std::uint32_t a = letter(1), b = letter(2);
    if (a == 's' || a == 't' || a == 'm' || a == 'd') return at + 2;
    return (a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l') ? at + 3 : at;
  }

  static bool is_letter(const character& c) {
    return c.is == char_class::upper || c.is == char_class::lower || c.is == char_class::letter;
  }
  static bool is_number(const character& c) { return c.is == char_class::number; }
  static bool is_newline(const character& c) { return c.is == char_class::newline; }
  static bool is_space(const character& c) { return c.is == char_class::space || is_newline(c); }
  static bool leads(const character& c) { return !is_newline(c) && !is_letter(c) && !is_number(c); }
  static bool is_symbol(const character& c) { return !is_space(c) && !is_letter(c) && !is_number(c); }
  static bool is_whitespace(const character& c) { return c.point == ' '; }
  static bool nothing_or_space_follows(const text_of& chars, std::size_t end) {
    return end + 1 == chars.size() || is_space(chars[end]);
  }

  static std::vector<alternative> o200k() {
    const test upper = [](const character& c) {
      return c.is == char_class::mark || (is_letter(c) && c.is != char_class::lower);
    };
    const test lower = [](const character& c) {
      return c.is == char_class::mark || (is_letter(c) && c.is != char_class::upper);
    };
    const test line_end = [](const character& c) { return is_newline(c) || c.point == '/'; };
    return {{{{leads, 0, 1}, {upper, 0, any}, {lower, 1, any}}, true},
            {{{leads, 0, 1}, {upper, 1, any}, {lower, 0, any}}, true},
            {{{is_number, 1, 3}}},
            {{{is_whitespace, 0, 1}, {is_symbol, 1, any}, {line_end, 0, any}}},
            {{{is_space, 0, any}, {is_newline, 1, any}}},
            {{{is_space, 1, any}}, false, nothing_or_space_follows},
            {{{is_space, 1, any}}}};
  }
  static std::vector<alternative> cl100k() {
    const auto at_end = [](const text_of& chars, std::size_t end) { return end + 1 == chars.size(); };
    return {{{}, true},
            {{{leads, 0, 1, false}, {is_letter, 1, any, false}}},
            {{{is_number, 1, 3, false}}},
            {{{is_whitespace, 0, 1}, {is_symbol, 1, any, false}, {is_newline, 0, any, false}}},
            {{{is_space, 1, any, false}}, false, at_end},
            {{{is_space, 0, any}, {is_newline, 1, 1}}},
            {{{is_space, 1, any}}, false, nothing_or_space_follows},
            {{{is_space, 1, 1}}}};
  }

  // Merges the pair with the lowest rank, the first of equals, until no pair can be merged.
  std::uint32_t count_merged(std::string_view pretoken) const {
    std::vector<std::string> parts;
    for (const char c : pretoken) parts.emplace_back(1, c);
    for (;;) {
      std::size_t best = none;
      std::uint32_t lowest = 0xffffffffU;
      for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const auto found = ranks_.find(parts[i] + parts[i + 1]);
        if (found != ranks_.end() && found->second < lowest) lowest = found->second, best = i;
      }
      if (best == none) return static_cast<std::uint32_t>(parts.size());
      parts[best] += parts[best + 1];
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    }
  }

  bool cased_;
  code_points points_;
  std::vector<std::string> tokens_;
  std::unordered_map<std::string, std::uint32_t> ranks_;
};

}  // namespace weir::tokens
