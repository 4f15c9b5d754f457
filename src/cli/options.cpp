#include "cli/options.hpp"

#include <CLI/CLI.hpp>

#include "tokens/encodings.hpp"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(Examples:
  weir tokens prompt.txt
  weir tokens --model gpt-4 < prompt.txt
  weir tokens --chat request.json
  weir tokens --speed book.txt code.py
Without --model and --encoding, texts are counted by o200k_base and requests by their model.
Exit codes: 0; 1: a file cannot be read or counted; 2: wrong command line.)";

struct raw_options {
  bool lines = false, chat = false, speed = false;
  std::string encoding;
};

void declare(CLI::App& app, options& o, raw_options& raw) {
  app.add_option("FILE", o.files, "what to count; none or -: standard input");
  auto* const model = app.add_option("--model", o.model, "count as this model does, such as gpt-4o or gpt-4")
                          ->type_name("NAME");
  app.add_option("--encoding", raw.encoding, "o200k_base, cl100k_base or o200k_harmony")
      ->type_name("NAME")
      ->excludes(model);
  auto* const lines =
      app.add_flag("--lines", raw.lines, "each line is a JSON string; print a count for each");
  auto* const chat =
      app.add_flag("--chat", raw.chat, "each file is the body of a chat request; count its input tokens")
          ->excludes(lines);
  auto* const speed = app.add_flag(
      "--speed", raw.speed, "measure: chunks of 4,000 characters, the first pass and the best of five more");
  speed->excludes(lines)->excludes(chat);
  app.add_flag("--json", o.json, "print JSON");
  app.footer(examples);
}

}  // namespace

std::variant<options, stop_text> read_options(int argc, const char* const* argv) {
  CLI::App app("Counts tokens exactly as OpenAI's models do.", "weir tokens");
  options o;
  raw_options raw;
  declare(app, o, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return stop_text{app.help(), 0};
  } catch (const CLI::ParseError& e) {
    return stop_text{"weir tokens: " + std::string(e.what()) +
                     "; `weir tokens --help` shows what there is\n"};
  }
  if (!raw.encoding.empty()) {
    o.encoding = tokens::find_encoding(raw.encoding);
    if (!o.encoding)
      return stop_text{"weir tokens: --encoding " + raw.encoding +
                       ": write o200k_base, cl100k_base or o200k_harmony\n"};
  }
  o.as = raw.lines   ? options::reading::lines
         : raw.chat  ? options::reading::chat
         : raw.speed ? options::reading::speed
                     : options::reading::text;
  if (o.files.empty()) o.files.emplace_back("-");
  return o;
}

}  // namespace weir::cli
