#include "node/policy_reloader.hpp"

#include <boost/asio/post.hpp>
#include <exception>
#include <string>
#include <utility>

namespace weir::node {
namespace {

// A failure of OpenSSL or memory is an error of this reload, not of the node.
result<policy::policy_snapshot> load_from(const policy::policy_source& source) {
  try {
    return source.load();
  } catch (const std::exception& e) {
    return error{e.what()};
  }
}

}  // namespace

policy_reloader::policy_reloader(asio::io_context& control, policy::policy_source source,
                                 policy::policy_snapshot first, publisher publish, event_log& log)
    : control_(control),
      source_(std::move(source)),
      present_(std::move(first)),
      publish_(std::move(publish)),
      log_(log) {}

policy_reloader::~policy_reloader() { loader_.join(); }

void policy_reloader::reload() {
  if (loading_) {
    again_ = true;
    return;
  }
  loading_ = true;
  load();
}

void policy_reloader::load() {
  asio::post(loader_, [this] {
    auto loaded = load_from(source_);
    asio::post(control_, [this, loaded = std::move(loaded)] { finish(loaded); });
  });
}

void policy_reloader::finish(const result<policy::policy_snapshot>& loaded) {
  last_successful_ = loaded.has_value();
  if (loaded) {
    ++successes_;
    present_ = *loaded;
    log_.write(severity::info, "policy reloaded", {{"keys", std::to_string(present_->key_count())}});
    publish_(present_);
  } else {
    ++failures_;
    log_.write(severity::error, "policy not reloaded: the previous one stays in force",
               {{"reason", loaded.error().message}});
  }
  loading_ = std::exchange(again_, false);
  if (loading_) load();
}

void policy_reloader::add_metrics(metric_set& out) const {
  out.counter("weir_policy_reloads_total", "Reloads of the key file that were asked for by SIGHUP.",
              {{{{"result", "success"}}, static_cast<double>(successes_)},
               {{{"result", "failure"}}, static_cast<double>(failures_)}});
  out.gauge("weir_policy_last_reload_successful",
            "1 where the last reload succeeded or there was none, 0 where it failed.",
            last_successful_ ? 1.0 : 0.0);
}

}  // namespace weir::node
