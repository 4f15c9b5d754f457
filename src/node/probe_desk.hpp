// Answers probes and scrapes on the control thread, so that a scrape is nobody's p99.
#pragma once

#include <string>

#include "gate/probes.hpp"
#include "node/metrics.hpp"

namespace weir::node {

class probe_desk final : public probes {
 public:
  // `control` runs as long as any worker does; cells and facts outlive the desk.
  probe_desk(asio::io_context& control, const node_cells& cells, const node_facts& facts);

  awaitable<void> answer(probe which, http::answer& reply) override;

  // From now on the node is not ready. On the control thread.
  void stopping() { stopping_ = true; }

 private:
  struct page {
    unsigned status = 200;
    std::string_view content_type;  // static storage
    std::string body;
  };

  awaitable<page> render(probe which);

  asio::io_context& control_;
  const node_cells& cells_;
  const node_facts& facts_;
  metrics metrics_;
  bool stopping_ = false;
};

}  // namespace weir::node
