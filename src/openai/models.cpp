#include "openai/models.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace weir::openai {
namespace {

constexpr std::string_view system_owner = "system";
constexpr std::string_view openai_owner = "openai";

constexpr std::array<model, 21> known{{
    {"gpt-4o", 1715367049, system_owner},
    {"gpt-4o-mini", 1721172741, system_owner},
    {"gpt-4o-2024-08-06", 1722814719, system_owner},
    {"gpt-4.1", 1744316542, system_owner},
    {"gpt-4.1-mini", 1744318173, system_owner},
    {"gpt-4.1-nano", 1744321707, system_owner},
    {"gpt-4.5-preview", 1740623059, system_owner},
    {"gpt-5", 1754425777, system_owner},
    {"gpt-5-mini", 1754425928, system_owner},
    {"gpt-5-nano", 1754426384, system_owner},
    {"gpt-5-chat-latest", 1754073306, system_owner},
    {"chatgpt-4o-latest", 1723515131, system_owner},
    {"o1", 1734375816, system_owner},
    {"o1-mini", 1725649008, system_owner},
    {"o3", 1744225308, system_owner},
    {"o3-mini", 1737146383, system_owner},
    {"o4-mini", 1744225351, system_owner},
    {"gpt-4-turbo", 1712361441, system_owner},
    {"gpt-4", 1687882411, openai_owner},
    {"gpt-3.5-turbo", 1677610602, openai_owner},
    {"gpt-3.5-turbo-16k", 1683758102, openai_owner},
}};

void append_model(std::string& out, const model& m) {
  out += "{\"id\":\"";
  out += m.id;
  out += "\",\"object\":\"model\",\"created\":";
  append_number(out, m.created);
  out += ",\"owned_by\":\"";
  out += m.owned_by;
  out += "\",\"root\":\"";
  out += m.id;
  out += "\"}";
}

}  // namespace

std::span<const model> models() { return known; }

bool write_model(std::string& out, std::string_view id) {
  const auto* const found =
      std::find_if(known.begin(), known.end(), [&](const model& m) { return m.id == id; });
  if (found == known.end()) return false;
  append_model(out, *found);
  return true;
}

void write_models(std::string& out) {
  out += "{\"object\":\"list\",\"data\":[";
  for (const model& m : known) {
    if (&m != known.data()) out += ',';
    append_model(out, m);
  }
  out += "]}";
}

}  // namespace weir::openai
