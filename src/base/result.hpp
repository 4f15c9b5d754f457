// The type of results that can fail as expected: a value or an error. Exceptions are for start-up only.
#pragma once

#include <boost/system/result.hpp>
#include <string>

namespace weir {

// A failure as a person reads it: one sentence that says where it is and what would be right.
struct error {
  std::string message;
};

// A T or an E. Test with `if (r)`, read with `*r` or `r.error()`; modules use an E of their own where callers
// decide by it.
template <class T, class E = error>
using result = boost::system::result<T, E>;

}  // namespace weir
