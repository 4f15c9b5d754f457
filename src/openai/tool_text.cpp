#include "openai/tool_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "openai/json_text.hpp"

namespace weir::openai {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t most_captured_bytes =
    1U << 20U;  // a larger parser is freed, since it occupies several times this memory
constexpr std::size_t deepest_indent = 32;  // caps the indent, so that deep nesting cannot blow up the output

// The names in `required`, sorted, since there may be as many as properties.
std::vector<std::string_view> required_names(const object& schema) {
  std::vector<std::string_view> names;
  array required;
  if (schema["required"].get(required)) return names;
  for (const element name : required) {
    std::string_view text;
    if (!name.get(text)) names.push_back(text);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string_view text_of(const object& schema, std::string_view field) {
  std::string_view text;
  return schema[field].get(text) ? std::string_view() : text;
}

void append_value(std::string& out, element value) {
  std::string_view text;
  if (value.get(text))
    out += simdjson::minify(value);
  else
    out.append("\"").append(text).append("\"");
}

bool append_enum(std::string& out, const object& schema) {
  array values;
  if (schema["enum"].get(values) || values.size() == 0) return false;
  bool first = true;
  for (const element value : values) {
    if (!first) out += " | ";
    first = false;
    append_value(out, value);
  }
  return true;
}

void append_properties(std::string& out, const object& schema, std::size_t indent);

constexpr std::string_view type_words[] = {"string", "number", "integer", "boolean", "null", "object"};

void append_type_word(std::string& out, const object& schema, std::string_view type, std::size_t indent) {
  if (type == "string" || type == "number" || type == "integer") {
    if (!append_enum(out, schema)) out += type == "string" ? "string" : "number";
  } else if (type == "boolean" || type == "null") {
    out += type;
  } else if (type == "object") {
    out += "{\n";
    append_properties(out, schema, indent + 2);
    out += "\n}";
  } else {
    out += "any";
  }
}

// Each keyword is used once, as in JSON Schema. An object repeated at every level would otherwise grow
// exponentially.
void append_types(std::string& out, const object& schema, const array& words, std::size_t indent) {
  bool is_there[std::size(type_words) + 1] = {};
  bool first = true;
  for (const element word : words) {
    std::string_view text;
    if (word.get(text)) continue;
    const auto* const known = std::find(std::begin(type_words), std::end(type_words), text);
    if (std::exchange(is_there[known - type_words], true)) continue;
    if (!first) out += " | ";
    first = false;
    append_type_word(out, schema, text, indent);
  }
}

void append_type(std::string& out, element schema, std::size_t indent) {
  object o;
  if (schema.get(o)) {
    out += "any";
    return;
  }
  array words;
  if (!o["type"].get(words)) return append_types(out, o, words, indent);
  const std::string_view type = text_of(o, "type");
  if (type == "array") {
    element items;
    if (o["items"].get(items))
      out += "any";
    else
      append_type(out, items, indent);
    out += "[]";
  } else if (!type.empty() || !append_enum(out, o)) {
    append_type_word(out, o, type, indent);
  }
}

// One line for each property; the two outermost levels have descriptions above it.
void append_properties(std::string& out, const object& schema, std::size_t indent) {
  object properties;
  if (schema["properties"].get(properties)) return;
  const std::vector<std::string_view> required = required_names(schema);
  const std::string blanks(std::min(indent, deepest_indent), ' ');
  bool first = true;
  for (const auto [name, property] : properties) {
    object o;
    const std::string_view description = property.get(o) ? std::string_view() : text_of(o, "description");
    if (!first) out += '\n';
    first = false;
    if (!description.empty() && indent < 2) out.append(blanks).append("// ").append(description).append("\n");
    out.append(blanks).append(name).append(
        std::binary_search(required.begin(), required.end(), name) ? ": " : "?: ");
    append_type(out, property, indent);
    out += ',';
  }
}

bool has_properties(const object& schema) {
  object properties;
  return !schema["properties"].get(properties) && properties.size() > 0;
}

}  // namespace

struct tool_writer::impl {
  simdjson::dom::parser parser;
};

tool_writer::tool_writer() : impl_(std::make_unique<impl>()) {}
tool_writer::~tool_writer() = default;

void tool_writer::append(std::string& out, const tool_definition& tool) {
  if (!tool.description.empty()) {
    out += "// ";
    append_unescaped(out, tool.description);
    out += '\n';
  }
  out += "type ";
  append_unescaped(out, tool.name);
  element schema;
  object o;
  if (tool.is_custom) {
    out.append(" = (_: string) => any;").append(tool.parameters.empty() ? "" : "\n").append(tool.parameters);
  } else if (tool.parameters.empty()) {
    out += " = () => any;";
  } else if (impl_->parser.parse(tool.parameters.data(), tool.parameters.size()).get(schema) ||
             schema.get(o)) {
    out.append(" = (_: ").append(tool.parameters).append(") => any;");
  } else if (has_properties(o)) {
    out += " = (_: {\n";
    append_properties(out, o, 0);
    out += "\n}) => any;";
  } else {
    out += " = () => any;";
  }
  out += "\n\n";
  if (impl_->parser.capacity() > most_captured_bytes) impl_->parser = simdjson::dom::parser();
}

}  // namespace weir::openai
