#include "load/session.hpp"

#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>

#include "load/audit_feed.hpp"
#include "load/event_loop.hpp"
#include "load/key_label.hpp"

namespace weir::load {
namespace {

using timer = http::deadline_ticker::timer;
using signals = asio::basic_signal_set<executor>;

constexpr std::chrono::milliseconds collect_period{100};

std::vector<http::tcp::endpoint> peers_of(const std::vector<probed_node>& nodes) {
  std::vector<http::tcp::endpoint> peers;
  for (const probed_node& n : nodes) peers.push_back(n.peer);
  return peers;
}

std::vector<std::uint32_t> stores_of(const std::vector<probed_node>& nodes) {
  std::vector<std::uint32_t> stores;
  for (const probed_node& n : nodes) stores.push_back(n.info.store);
  return stores;
}

// Runs on the calling thread beside the threads of the loops.
class session {
 public:
  session(const options& o, const std::vector<probed_node>& nodes, bool terminal,
          const std::function<void(std::string_view)>& show)
      : options_(o),
        nodes_(nodes),
        show_(show),
        peers_(peers_of(nodes)),
        payloads_(o),
        run_{o, payloads_, peers_, std::chrono::steady_clock::now()},
        audit_(stores_of(nodes)),
        feed_(audit_, o.processes),
        progress_(terminal, o.duration_s),
        signals_(control_, SIGINT, SIGTERM),
        timer_(control_) {}

  run_report run() {
    for (std::uint32_t i = 0; i < options_.processes; ++i)
      loops_.push_back(std::make_unique<event_loop>(run_, i));
    std::vector<std::jthread> threads;
    for (auto& loop : loops_) threads.emplace_back([&loop] { loop->run(); });
    watch_signals();
    collect_soon();
    control_.run();
    threads.clear();  // joins
    show_(progress_.end());
    return report();
  }

 private:
  void watch_signals() {
    signals_.async_wait([this](const boost::system::error_code& ec, int) {
      if (ec) return;
      if (std::exchange(interrupted_, true)) std::_Exit(130);
      stopped_after_s_ = elapsed_s();
      for (auto& loop : loops_) loop->stop();
      watch_signals();
    });
  }

  void collect_soon() {
    timer_.expires_after(collect_period);
    timer_.async_wait([this](const boost::system::error_code&) {
      bool ended = true;
      for (const auto& loop : loops_) ended = loop->ended() && ended;
      collect();  // after the check, so that an ended loop has published everything
      if (!ended) return collect_soon();
      signals_.cancel();
    });
  }

  void collect() {
    live_sums sums;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      feed_.add(i, loops_[i]->log().take());
      sums.add(loops_[i]->counters());
    }
    if (const auto line = progress_.at(elapsed_s(), sums)) show_(*line);
  }

  run_report report() const {
    run_report r{.seconds = interrupted_ ? stopped_after_s_ : options_.duration_s,
                 .loops = options_.processes,
                 .concurrency = options_.concurrency,
                 .rate = options_.rate,
                 .interrupted = interrupted_,
                 .nodes = {},
                 .keys = {},
                 .counted = tally(nodes_.size(), options_.keys.size()),
                 .audited = audit_.lines()};
    for (const probed_node& n : nodes_) r.nodes.push_back(n.info);
    for (const std::string& key : options_.keys) r.keys.push_back(label_of(key));
    for (const auto& loop : loops_) {
      r.counted.merge(loop->counted());
      r.busiest_loop = std::max(r.busiest_loop, loop->busy());
    }
    return r;
  }

  double elapsed_s() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - run_.start).count();
  }

  const options& options_;
  const std::vector<probed_node>& nodes_;
  const std::function<void(std::string_view)>& show_;
  std::vector<http::tcp::endpoint> peers_;
  payloads payloads_;
  run_context run_;
  audit audit_;
  audit_feed feed_;
  progress progress_;
  std::vector<std::unique_ptr<event_loop>> loops_;
  asio::io_context control_{1};
  signals signals_;
  timer timer_;
  bool interrupted_ = false;
  double stopped_after_s_ = 0;
};

}  // namespace

run_report run_session(const options& o, const std::vector<probed_node>& nodes, bool terminal,
                       const std::function<void(std::string_view)>& show) {
  return session(o, nodes, terminal, show).run();
}

}  // namespace weir::load
