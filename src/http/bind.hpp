// Opens one listening socket per worker on one port, which no other process may share.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "http/socket.hpp"

namespace weir::http {

// Where listen_on would listen. Opens nothing, but waits where a name must be asked for. Error: a sentence
// for the operator.
result<tcp::endpoint> listening_endpoint(asio::io_context& loop, const std::string& host, std::uint16_t port);

// One acceptor for each loop, all listening on host:port (SO_REUSEPORT: the kernel spreads connections over
// them). `host` is an address or a name; port 0 takes a free one: ask the first acceptor which. Error: a
// sentence for the operator.
result<std::vector<tcp_acceptor>> listen_on(const std::string& host, std::uint16_t port,
                                            std::span<asio::io_context* const> loops);

}  // namespace weir::http
