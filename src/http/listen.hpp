// Opens one listening socket per worker on a port that no other process shares.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "http/socket.hpp"

namespace weir::http {

// The endpoint on which listen_on() would listen. It opens nothing, but blocks on a name lookup where `host`
// is a name. The error is a sentence for the operator.
result<tcp::endpoint> listening_endpoint(asio::io_context& loop, const std::string& host, std::uint16_t port);

// One acceptor for each loop, all on host:port (with SO_REUSEPORT, so the kernel spreads connections over
// them). `host` is an address or a name. Port 0 takes a free port, which the first acceptor tells. The error
// is a sentence for the operator.
result<std::vector<tcp_acceptor>> listen_on(const std::string& host, std::uint16_t port,
                                            std::span<asio::io_context* const> loops);

}  // namespace weir::http
