// What large bodies cost: reading one in one go, and the longest slice of counting it. `body_bench [bytes]
// [rounds]`, a megabyte unless told.
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "api/input_counter.hpp"
#include "limit/amounts.hpp"
#include "openai/chat_request.hpp"
#include "tokens/encodings.hpp"

namespace {

using namespace weir;

double ms() {
  std::timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

std::string filled(std::string_view piece, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + piece.size());
  while (text.size() < bytes) text += piece;
  return text;
}
std::string message(std::string_view text) {
  return R"({"role":"user","content":")" + std::string(text) + "\"}";
}
std::string chat(std::string_view messages, std::string_view further = "") {
  return R"({"model":"gpt-4o","max_tokens":9,"messages":[)" + std::string(messages) + "]" +
         std::string(further) + "}";
}
std::string many(std::string_view one, std::size_t bytes) {
  std::string list = filled(std::string(one) + ",", bytes);
  list.pop_back();
  return list;
}
std::string picture(std::size_t bytes) {
  return R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,)" +
         filled("iVBORw0KGgoAAAANSUhEUg", bytes) + R"("}}]})";
}

struct kind {
  const char* name;
  std::string (*make)(std::size_t bytes);
};
const kind kinds[] = {
    {"prose",
     [](std::size_t n) {
       return chat(message(filled("The weir lets through what the river below can carry. ", n)));
     }},
    {"escapes of four digits",
     [](std::size_t n) { return chat(message(filled(R"(\u4f60\u597d\uff0c\u4e16)", n))); }},
    {"escapes of one sign", [](std::size_t n) { return chat(message(filled(R"(\n\")", n))); }},
    {"tiny messages", [](std::size_t n) { return chat(many(message("a"), n)); }},
    {"empty messages", [](std::size_t n) { return chat(many(message(""), n)); }},
    {"numbers in an unknown field",
     [](std::size_t n) { return chat(message("a"), R"(,"x":[)" + many("1", n) + "]"); }},
    {"objects in an unknown field",
     [](std::size_t n) { return chat(message("a"), R"(,"x":[)" + many(R"({"":""})", n) + "]"); }},
    {"a picture", [](std::size_t n) { return chat(picture(n)); }},
    {"one letter", [](std::size_t n) { return chat(message(filled("a", n))); }},
    {"signs", [](std::size_t n) { return chat(message(filled("!?;:#", n))); }},
    {"digits", [](std::size_t n) { return chat(message(filled("31415926535", n))); }},
    {"emoji", [](std::size_t n) { return chat(message(filled("\xf0\x9f\x98\x80\xf0\x9f\x8f\xbd", n))); }},
};

struct cost {
  double read_ms = 1e9, longest_slice_ms = 0, count_ms = 0;
};

// As a worker counts it; a slice is a handler of the loop.
void count(const openai::chat_request& r, api::input_counter& counter, cost& c) {
  asio::io_context loop{1};
  asio::co_spawn(loop, counter.count_in_chunks(r, limit::limits::unlimited),
                 [](const std::exception_ptr&, const std::optional<std::uint32_t>&) {});
  const double begun = ms();
  for (double before = begun; loop.run_one() > 0;) {
    const double now = ms();
    c.longest_slice_ms = std::max(c.longest_slice_ms, now - before);
    before = now;
  }
  c.count_ms = ms() - begun;
}

cost measure(const std::string& padded, int rounds) {
  const tokens::encodings encodings(tokens::encoding_name::o200k_base);
  tokens::token_caches caches;
  api::input_counter counter(encodings, caches);
  openai::chat_reader reader;
  cost c;
  for (int i = 0; i < rounds; ++i) {
    const double begun = ms();
    auto request = reader.read(padded.data(), padded.size() - 64);
    if (!request) std::exit((std::fprintf(stderr, "%s\n", request.error().message.c_str()), 1));
    c.read_ms = std::min(c.read_ms, ms() - begun);
    c.longest_slice_ms = 0;
    count(*request, counter, c);
  }
  return c;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t bytes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  std::printf("| %zu bytes of | read, ms | count, ms | longest slice, ms |\n|---|---|---|---|\n", bytes);
  for (const kind& k : kinds) {
    const cost c = measure(k.make(bytes) + std::string(64, '\0'), rounds);
    std::printf("| %s | %.2f | %.2f | %.2f |\n", k.name, c.read_ms, c.count_ms, c.longest_slice_ms);
  }
}
