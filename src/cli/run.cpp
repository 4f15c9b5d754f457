#include "cli/run.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "cli/options.hpp"
#include "cli/report.hpp"
#include "cli/texts.hpp"
#include "openai/input_tokens.hpp"

namespace weir::cli {
namespace {

constexpr auto default_encoding = tokens::encoding_name::o200k_base;
constexpr std::size_t json_padding = 64;  // bytes that the parser may read behind the body

int print(int code, std::string_view text) {
  std::FILE* const to = code == EXIT_SUCCESS ? stdout : stderr;
  std::fwrite(text.data(), 1, text.size(), to);
  return std::fflush(to) == 0 ? code : EXIT_FAILURE;
}

// One run of the command. Each step returns the text to print, or an error.
class tokens_command {
 public:
  explicit tokens_command(options o) : options_(std::move(o)) {}

  result<std::string> output() {
    if (options_.mode == options::counting_mode::lines) return lines();
    if (options_.mode == options::counting_mode::speed) return speeds();
    std::vector<file_count> files;
    for (const std::string& name : options_.files) {
      auto one = options_.mode == options::counting_mode::chat ? chat(name) : text(name);
      if (!one) return one.error();
      files.push_back(std::move(*one));
    }
    return success(options_.json ? as_json(files) : as_text(files));
  }

 private:
  static result<std::string> success(std::string text) {
    return {boost::system::in_place_value, std::move(text)};
  }

  const tokens::encoding& encoding_for(std::string_view model) const {
    return options_.encoding ? encodings_.of(*options_.encoding) : encodings_.of_model(model);
  }
  std::uint32_t count(const tokens::encoding& encoding, std::string_view text) {
    return encoding.count(text, caches_.of(encoding.which()));
  }

  static result<std::string> read_text(const std::string& name) {
    auto text = read_input(name);
    if (!text) return text;
    if (const auto valid = check_utf8(*text); !valid) return error{name + ": " + valid.error().message};
    return text;
  }

  result<file_count> text(const std::string& name) {
    const auto text = read_text(name);
    if (!text) return text.error();
    const tokens::encoding& encoding = encoding_for(options_.model);
    return file_count{name, tokens::name(encoding.which()), count(encoding, *text), text->size()};
  }

  // --model wins over the model that the request names.
  result<file_count> chat(const std::string& name) {
    auto body = read_input(name);
    if (!body) return body.error();
    const std::size_t size = body->size();
    body->append(json_padding, '\0');
    openai::chat_reader reader;
    const auto request = reader.read(body->data(), size);
    if (!request) return error{name + ": " + request.error().message};
    const std::string& model = options_.model.empty() ? request->model : options_.model;
    const tokens::encoding& encoding = encoding_for(model);
    const std::uint32_t tokens = openai::count_input(
        *request, openai::family_of(model), [&](std::string_view text) { return count(encoding, text); });
    return file_count{name, tokens::name(encoding.which()), tokens, size};
  }

  result<std::string> lines() {
    std::vector<std::uint32_t> counts;
    const tokens::encoding& encoding = encoding_for(options_.model);
    for (const std::string& name : options_.files) {
      const auto text = read_input(name);
      if (!text) return text.error();
      std::size_t number = 0;
      for (const std::string_view line : split_lines(*text)) {
        const auto one = read_json_string(line);
        if (!one) return error{name + ":" + std::to_string(number + 1) + ": " + one.error().message};
        counts.push_back(count(encoding, *one));
        ++number;
      }
    }
    return success(options_.json ? lines_as_json(counts) : lines_as_text(counts));
  }

  result<std::string> speeds() {
    const tokens::encoding& encoding = encoding_for(options_.model);
    std::vector<file_speed> files;
    for (const std::string& name : options_.files) {
      const auto text = read_text(name);
      if (!text) return text.error();
      tokens::token_cache new_cache;
      const auto result = measure(encoding, split_characters(*text, chunk_characters), new_cache);
      files.push_back({{name, tokens::name(encoding.which()), result.tokens, text->size()}, result});
    }
    return success(options_.json ? speeds_as_json(files) : speeds_as_text(files));
  }

  options options_;
  tokens::encodings encodings_{default_encoding};
  tokens::token_caches caches_;
};

}  // namespace

int run(int argc, const char* const* argv) {
  auto read = read_options(argc, argv);
  if (!read) return print(read.error().code, read.error().text);
  const auto output = tokens_command(std::move(*read)).output();
  return output ? print(EXIT_SUCCESS, *output)
                : print(EXIT_FAILURE, "weir tokens: " + output.error().message + "\n");
}

}  // namespace weir::cli
