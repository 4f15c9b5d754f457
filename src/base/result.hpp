// The one form of an expected failure: a value or an error, never an exception.
#pragma once

#include <boost/system/result.hpp>
#include <string>

namespace weir {

// What a person reads about a failure: one sentence, with the place and what would be right.
struct error {
  std::string message;
};

// A T or an E. Test with `if (r)`, read with `*r` or `r.error()`; each room names its own E where callers
// decide by it.
template <class T, class E = error>
using result = boost::system::result<T, E>;

}  // namespace weir
