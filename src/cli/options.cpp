#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <utility>

#include "tokens/encodings.hpp"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(Examples:
  weir tokens prompt.txt
  weir tokens --model gpt-4 < prompt.txt
  weir tokens --chat request.json
  weir tokens --speed book.txt code.py
Without --model and --encoding, texts are counted by o200k_base and requests by their model.
Exit codes: 0: success; 1: a file cannot be read or counted; 2: wrong command line.)";

struct raw_options {
  bool lines = false, chat = false, speed = false;
  std::string encoding;
};

void declare(CLI::App& app, options& o, raw_options& raw) {
  app.add_option("FILE", o.files, "files to count; none or -: standard input");
  auto* const model = app.add_option("--model", o.model, "count as for this model, such as gpt-4o or gpt-4")
                          ->type_name("NAME");
  app.add_option("--encoding", raw.encoding, "use this encoding: o200k_base, cl100k_base or o200k_harmony")
      ->type_name("NAME")
      ->excludes(model);
  auto* const lines =
      app.add_flag("--lines", raw.lines, "each line is a JSON string; print a count for each");
  auto* const chat =
      app.add_flag("--chat", raw.chat, "each file is the body of a chat request; count its input tokens")
          ->excludes(lines);
  auto* const speed = app.add_flag(
      "--speed", raw.speed,
      "measure the speed on chunks of 4,000 characters: a first pass, and the best of five more");
  speed->excludes(lines)->excludes(chat);
  app.add_flag("--json", o.json, "print the result as JSON");
  app.footer(examples);
}

options::counting_mode mode_of(const raw_options& raw) {
  using enum options::counting_mode;
  if (raw.lines) return lines;
  if (raw.chat) return chat;
  return raw.speed ? speed : text;
}

}  // namespace

result<options, config::exit_request> read_options(int argc, const char* const* argv) {
  CLI::App app("Counts tokens exactly as OpenAI's models do.", "weir tokens");
  options o;
  raw_options raw;
  declare(app, o, raw);
  if (auto exit = config::parse_command_line(app, config::words_behind(argc, argv))) return std::move(*exit);
  if (!raw.encoding.empty()) {
    o.encoding = tokens::find_encoding(raw.encoding);
    if (!o.encoding)
      return config::exit_request{
          config::exit_usage,
          "weir tokens: --encoding " + raw.encoding + ": write o200k_base, cl100k_base or o200k_harmony\n"};
  }
  o.mode = mode_of(raw);
  if (o.files.empty()) o.files.emplace_back("-");
  return o;
}

}  // namespace weir::cli
