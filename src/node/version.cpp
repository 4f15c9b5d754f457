#include "node/version.hpp"

namespace weir::node {

std::string_view version() { return WEIR_VERSION; }

}  // namespace weir::node
