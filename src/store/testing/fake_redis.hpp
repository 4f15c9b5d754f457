// Parses the commands of a batcher and builds the replies of Redis.
#pragma once

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "redis/codec.hpp"
#include "store/batch.hpp"

namespace weir::store {

// One operation of a batch as it was sent.
struct sent_operation {
  bool is_take = false;
  std::string window;    // the name of its first window
  limit::amounts asked;  // take: asked; settle: reserved
  limit::amounts used;   // settle only
  std::uint32_t second = 0, epoch = 0;
};

// One command as it was sent.
struct sent_command {
  std::vector<std::string> words;
  bool is_batch() const { return words[0] == "EVALSHA"; }
  std::vector<std::uint32_t> packed() const {
    std::vector<std::uint32_t> out(words.back().size() / 4);
    std::memcpy(out.data(), words.back().data(), out.size() * 4);
    return out;
  }
  store_time not_after() const { return {packed()[1] * 1'000'000LL + packed()[2]}; }
  std::vector<sent_operation> operations() const {
    const auto w = packed();
    std::vector<sent_operation> out;
    for (std::size_t p = 4; out.size() < w[3];) {
      const bool take = w[p] != 0;
      sent_operation op{
          .is_take = take, .window = words[2 + w[take ? p + 4 : p + 1]], .asked = {}, .used = {}};
      op.asked =
          take ? limit::amounts{w[p + 1], w[p + 2], w[p + 3]} : limit::amounts{w[p + 4], w[p + 5], w[p + 6]};
      if (!take) op.used = {w[p + 7], w[p + 8], w[p + 9]}, op.second = w[p + 2], op.epoch = w[p + 3];
      p += take ? 4 + 4 * w[p] : 10;
      out.push_back(op);
    }
    return out;
  }
};

// All commands in the sent bytes: "*n", then n times "$size" and the bytes.
inline std::vector<sent_command> commands_in(std::string_view bytes) {
  const auto number = [&] {
    std::size_t n = 0;
    bytes.remove_prefix(1);
    const auto end = std::from_chars(bytes.data(), bytes.data() + bytes.size(), n).ptr;
    bytes.remove_prefix(static_cast<std::size_t>(end - bytes.data()) + 2);
    return n;
  };
  std::vector<sent_command> out;
  while (!bytes.empty()) {
    out.emplace_back().words.resize(number());
    for (auto& word : out.back().words) {
      const std::size_t size = number();
      word = bytes.substr(0, size);
      bytes.remove_prefix(size + 2);
    }
  }
  return out;
}

// Builds the reply to a batch.
class packed_reply {
 public:
  explicit packed_reply(store_time now)
      : words_{1, now.second(), static_cast<std::uint32_t>(now.us % 1'000'000)} {}

  // For a take with one window.
  packed_reply& admitted(const limit::amounts& used, std::uint32_t second, std::uint32_t epoch) {
    return words({0, used.requests, used.input_tokens, used.output_tokens, second, epoch});
  }
  packed_reply& rejected(std::uint32_t retry_us) { return words({1, 0, retry_us, 1, 0, 0, 100, 7}); }
  packed_reply& expired() { return words({3}); }
  packed_reply& bad_window() { return words({4}); }
  packed_reply& settled(bool applied = true) { return words({applied ? 1U : 0U}); }

  std::string resp() const {
    std::string out = "$" + std::to_string(words_.size() * 4) + "\r\n";
    out.append(reinterpret_cast<const char*>(words_.data()), words_.size() * 4);
    return out + "\r\n";
  }

 private:
  packed_reply& words(std::initializer_list<std::uint32_t> more) {
    words_.insert(words_.end(), more);
    return *this;
  }
  std::vector<std::uint32_t> words_;
};

}  // namespace weir::store
