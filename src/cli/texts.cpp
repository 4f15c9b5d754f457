#include "cli/texts.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include "base/json_escape.hpp"
#include "openai/json_text.hpp"

namespace weir::cli {

result<std::string> read_input(const std::string& name) {
  const auto close = [](std::FILE* f) { return f == stdin ? 0 : std::fclose(f); };
  const std::unique_ptr<std::FILE, decltype(close)> file(name == "-" ? stdin : std::fopen(name.c_str(), "rb"),
                                                         close);
  if (!file) return error{name + ": the file cannot be opened"};
  std::string text;
  char buffer[1 << 16];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) text.append(buffer, n);
  if (std::ferror(file.get()) != 0) return error{name + ": the file cannot be read"};
  // A string alone would be ambiguous, because an error is made from a string too.
  return {boost::system::in_place_value, std::move(text)};
}

result<void> check_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length =
        static_cast<unsigned char>(text[at]) < 0x80 ? 1 : utf8_sequence(text.substr(at));
    if (length == 0) return error{"byte " + std::to_string(at) + " is not UTF-8"};
    at += length;
  }
  return {};
}

result<std::string> read_json_string(std::string_view line) {
  constexpr std::string_view whitespace = " \t\r";
  const std::size_t begin = line.find_first_not_of(whitespace);
  if (begin == std::string_view::npos) return error{"not a JSON string: the line is empty"};
  line = line.substr(begin, line.find_last_not_of(whitespace) - begin + 1);
  if (line.size() < 2 || line.front() != '"' || line.back() != '"') return error{"not a JSON string"};
  line = line.substr(1, line.size() - 2);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (static_cast<unsigned char>(line[i]) < 0x20 || line[i] == '"') return error{"not a JSON string"};
    if (line[i] == '\\') ++i;
  }
  if (!openai::escapes_are_valid(line)) return error{"not a JSON string: invalid escape"};
  if (auto valid = check_utf8(line); !valid) return valid.error();
  std::string text;
  openai::append_unescaped(text, line);
  // A string alone would be ambiguous, because an error is made from a string too.
  return {boost::system::in_place_value, std::move(text)};
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<std::string_view> split_characters(std::string_view text, std::size_t characters) {
  std::vector<std::string_view> chunks;
  std::size_t begin = 0, seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_character = (static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80;
    if (begins_character && seen++ == characters) {
      chunks.push_back(text.substr(begin, i - begin));
      begin = i;
      seen = 1;
    }
  }
  if (begin < text.size()) chunks.push_back(text.substr(begin));
  return chunks;
}

}  // namespace weir::cli
