#include "load/probe.hpp"

#include <simdjson.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>

#include "http/client.hpp"

namespace weir::load {
namespace {

std::string cause_of(const http::client_error& why) {
  if (why.timed_out) return "no response in time";
  return why.cause ? why.cause.message() : "the response is not HTTP";
}

awaitable<void> ask(http::client_connection& connection, std::string_view request, steady_time deadline,
                    probed_node& node) {
  const auto response = co_await connection.exchange(request, std::string_view(), deadline);
  if (response) {
    node.problem.clear();
    read_health((*response)->body, node.info);
  } else {
    node.problem = cause_of(response.error());
  }
}

// One request on an event loop of its own; speed does not matter at the start.
void ask_at(const node_url& where, const http::tcp::endpoint& peer, std::uint32_t timeout_ms,
            probed_node& node) {
  asio::io_context io(1);
  http::deadline_ticker ticker(io, std::chrono::milliseconds(20));
  http::client_connection connection(io, peer, ticker);
  ticker.start();
  const std::string request =
      "GET " + where.base + "/healthz HTTP/1.1\r\nHost: " + where.authority + "\r\n\r\n";
  const steady_time deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  const auto stop = [&ticker](std::exception_ptr) { ticker.stop(); };
  asio::co_spawn(io.get_executor(), ask(connection, request, deadline, node), stop);
  io.run();
}

// Where a name has several addresses ("localhost"), the first one that responds is the node's.
probed_node probe_node(const node_url& where, std::uint32_t timeout_ms) {
  probed_node node;
  node.info = {.url = where.url, .node_id = "-", .store_kind = {}, .store = 0};
  asio::io_context io(1);
  asio::ip::tcp::resolver resolver(io);
  boost::system::error_code failure;
  const auto addresses = resolver.resolve(where.host, where.port, failure);
  if (failure) node.problem = failure.message();
  for (const auto& entry : addresses) {
    if (!node.resolved) node.peer = entry.endpoint();
    node.resolved = true;
    ask_at(where, entry.endpoint(), timeout_ms, node);
    if (!node.problem.empty()) continue;
    node.peer = entry.endpoint();
    break;
  }
  return node;
}

void number_stores(std::vector<probed_node>& nodes) {
  const auto on_redis = [](const probed_node& n) { return n.info.store_kind == "redis"; };
  std::uint32_t next = std::any_of(nodes.begin(), nodes.end(), on_redis) ? 1 : 0;
  for (probed_node& n : nodes) n.info.store = on_redis(n) ? 0 : next++;
}

}  // namespace

void read_health(std::string_view json, node_info& info) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return;
  std::string_view text;
  if (root["node_id"].get_string().get(text) == simdjson::SUCCESS) info.node_id = text;
  if (root["store"]["kind"].get_string().get(text) == simdjson::SUCCESS) info.store_kind = text;
}

std::vector<probed_node> probe_nodes(const options& o) {
  std::vector<probed_node> nodes;
  for (const node_url& where : o.nodes) nodes.push_back(probe_node(where, std::min(o.timeout_ms, 2'000U)));
  number_stores(nodes);
  return nodes;
}

}  // namespace weir::load
