// A node's metrics in Prometheus' form, made from the cells of its workers at each scrape.
#pragma once

#include <prometheus/collectable.h>

#include <string>

#include "node/node_cells.hpp"
#include "node/node_facts.hpp"

namespace weir::node {

// Names begin with weir_, units are base units; no label ever holds a key or its id. Cells and facts must
// outlive it.
class metrics final : public prometheus::Collectable {
 public:
  metrics(const node_cells& cells, const node_facts& facts) : cells_(cells), facts_(facts) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

  // The text of a scrape, version 0.0.4.
  std::string text() const;
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  const node_cells& cells_;
  const node_facts& facts_;
};

}  // namespace weir::node
