// Tool definitions as the models see them: TypeScript-like declarations, whose tokens are charged.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace weir::openai {

// One tool as it was sent: escaped strings and raw JSON, as views into the body.
struct tool_definition {
  std::string_view name, description;
  std::string_view parameters;  // the JSON of a schema; may be empty
  bool is_custom = false;       // takes free text, and `parameters` is its format
};

// Source: hmarr/openai-chat-tokens, whose form recorded usage of gpt-4.1-nano confirms. The form of custom
// tools is not published and assumed to be alike. It keeps a parser's memory; one for each thread.
class tool_writer {
 public:
  static constexpr std::string_view head = "namespace functions {\n\n";
  static constexpr std::string_view foot = "} // namespace functions";

  tool_writer();
  ~tool_writer();
  // Appends one declaration and an empty line. A schema that cannot be parsed (a number beyond a double) is
  // appended as it is.
  void append(std::string& out, const tool_definition& tool);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace weir::openai
