#include "node/probe_desk.hpp"

#include <boost/asio/co_spawn.hpp>

#include <utility>

#include "node/health.hpp"

namespace weir::node {
namespace {

constexpr std::string_view plain = "text/plain; charset=utf-8";

}  // namespace

probe_desk::probe_desk(asio::io_context& control, const node_cells& cells, const node_facts& facts)
    : control_(control), cells_(cells), facts_(facts), metrics_(cells, facts) {}

// Renders over there, comes back to the worker that asked.
awaitable<void> probe_desk::answer(probe which, http::answer& reply) {
  page rendered = co_await asio::co_spawn(control_, render(which), use_awaitable);
  reply.status = rendered.status;
  reply.content_type = rendered.content_type;
  reply.body = std::move(rendered.body);
}

awaitable<probe_desk::page> probe_desk::render(probe which) {
  page out;
  const health now = read_health(cells_, stopping_);
  switch (which) {
    case probe::live:
      out.content_type = plain;
      out.body = "alive\n";
      break;
    case probe::ready:
      out.content_type = plain;
      out.status = now.ready() ? 200 : 503;
      out.body = readiness_text(now);
      break;
    case probe::health:
      out.content_type = "application/json";
      write_health(out.body, now, facts_);
      break;
    case probe::metrics:
      out.content_type = metrics::content_type;
      out.body = metrics_.text();
      break;
  }
  co_return out;
}

}  // namespace weir::node
