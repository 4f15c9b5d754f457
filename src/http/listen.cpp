#include "http/listen.hpp"

#include <boost/asio/detail/socket_option.hpp>
#include <optional>

namespace weir::http {
namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
constexpr int backlog = 4096;  // the kernel limits it to net.core.somaxconn

error refused(const std::string& host, std::uint16_t port, const boost::system::error_code& ec) {
  return {"cannot listen on " + host + ":" + std::to_string(port) + ": " + ec.message()};
}

// A socket that is bound and listens. Without `shared` it fails where another socket is bound to the port.
boost::system::error_code open(tcp_acceptor& acceptor, const tcp::endpoint& at, bool shared) {
  boost::system::error_code ec;
  acceptor.open(at.protocol(), ec);
  if (!ec)
    acceptor.set_option(tcp_acceptor::reuse_address(true),
                        ec);  // TIME_WAIT connections of an earlier process are no obstacle
  if (!ec && shared) acceptor.set_option(reuse_port(true), ec);
  if (!ec) acceptor.bind(at, ec);
  if (!ec) acceptor.listen(backlog, ec);
  return ec;
}

}  // namespace

result<tcp::endpoint> listening_endpoint(asio::io_context& loop, const std::string& host,
                                         std::uint16_t port) {
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(host, ec);
  if (!ec) return tcp::endpoint(address, port);
  tcp::resolver resolver(loop);
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, ec);
  if (ec || found.empty())
    return error{"cannot listen on \"" + host + "\": it is neither an address nor a known name"};
  return found.begin()->endpoint();
}

result<std::vector<tcp_acceptor>> listen_on(const std::string& host, std::uint16_t port,
                                            std::span<asio::io_context* const> loops) {
  auto at = listening_endpoint(*loops.front(), host, port);
  if (!at) return at.error();
  if (port != 0) {  // a socket with SO_REUSEPORT would share the port of another process unnoticed; one
                    // without it fails
    tcp_acceptor probe(*loops.front());
    if (const auto ec = open(probe, *at, false)) return refused(host, port, ec);
  }
  std::vector<tcp_acceptor> acceptors;
  for (auto* loop : loops) {
    auto& acceptor = acceptors.emplace_back(*loop);
    if (const auto ec = open(acceptor, *at, true)) return refused(host, at->port(), ec);
    if (at->port() == 0) at->port(acceptor.local_endpoint().port());
  }
  return acceptors;
}

}  // namespace weir::http
