#include "api/authentication.hpp"

#include "api/error_responses.hpp"
#include "base/mask_key.hpp"
#include "base/text.hpp"

namespace weir::api {

std::string_view bearer_key(std::string_view authorization) {
  static constexpr std::string_view scheme = "bearer";
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return {};
  if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  const std::size_t begin = authorization.find_first_not_of(" \t", scheme.size());
  if (begin == std::string_view::npos) return {};
  return authorization.substr(begin, authorization.find_last_not_of(" \t") + 1 - begin);
}

const policy::key_record* authenticate(const policy::policy& policy, const http::request_head& head,
                                       http::response& response) {
  const std::string_view presented = bearer_key(head.authorization);
  const policy::key_record* key = presented.empty() ? nullptr : policy.find_key(presented);
  if (key != nullptr) return key;
  write_api_error(response, presented.empty() ? openai::no_key() : openai::wrong_key(mask_key(presented)));
  response.headers += "www-authenticate: Bearer\r\n";
  return nullptr;
}

}  // namespace weir::api
