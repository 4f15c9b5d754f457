// The HTTP codecs on hostile bytes: read whole or in slices (the first byte says how long), the outcome is
// the same.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/response_parser.hpp"
#include "http/testing/codec_fixture.hpp"

namespace {

using namespace weir::http;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

void read_request(std::string_view bytes, std::size_t slice) {
  const auto at_once = decode_request(bytes, bytes.size());
  demand(decode_request(bytes, slice) == at_once, "a request reads the same in slices");
  demand(decode_request(bytes, 1) == at_once, "a request reads the same byte by byte");
  demand(!(at_once.complete && at_once.refused), "what is refused is not served");
  if (!at_once.complete) return;
  demand(at_once.used <= bytes.size(), "a request ends within its bytes");
  demand(decode_request(bytes.substr(0, at_once.used), slice) == at_once,
         "what follows a request does not change it");
  demand(!at_once.path.empty() && at_once.path.size() <= at_once.target.size() + 1, "a request has a path");
}

struct answer_read {
  client_response head;
  std::string body;
  bool done = false, failed = false;
};

void read_answer(std::string_view bytes, std::size_t slice, answer_read& out) {
  response_parser parser(out.head, out.body, 1U << 20);
  std::size_t used = 0;
  for (std::size_t there = 0; there < bytes.size() && !parser.done() && !out.failed;) {
    there = std::min(there + slice, bytes.size());
    for (bool again = true; again && !parser.done();) {
      again = !parser.head_done();
      const auto more = parser.parse(bytes.substr(used, there - used));
      out.failed = !more;
      if (out.failed) return;
      used += *more;
      again = again && parser.head_done() && used < there;
    }
  }
  out.done = parser.done();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t slice = 1 + data[0] % 64;
  read_request(bytes, slice);
  answer_read at_once, sliced;
  read_answer(bytes, bytes.size(), at_once);
  read_answer(bytes, slice, sliced);
  demand(at_once.done == sliced.done, "an answer ends the same in slices");
  const bool same = at_once.body == sliced.body && at_once.head.status == sliced.head.status;
  demand(!at_once.done || same, "an answer reads the same in slices");
  return 0;
}
