// The deadlines of an event loop: one tick walks all that wait, so that arming one costs a store and no
// timer.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <memory>

#include "base/awaitable.hpp"
#include "base/time.hpp"

namespace weir::http {

class timed;

// Calls what is overdue, at most `period` late and never early. Lives on one io_context's thread; outlives
// its `timed`.
class ticker {
 public:
  using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                           asio::wait_traits<std::chrono::steady_clock>, executor>;

  ticker(asio::io_context& loop, std::chrono::milliseconds period);
  ~ticker();
  ticker(const ticker&) = delete;
  ticker& operator=(const ticker&) = delete;

  // Ticks until stop(): as long, it keeps the loop running.
  void start();
  void stop();

  // The time of the last tick: free to read, up to a period old (more while the loop is busy).
  steady_time now() const { return now_; }
  std::chrono::milliseconds period() const { return period_; }

 private:
  friend class timed;
  void wait();
  void tick(steady_time now);

  using hook = boost::intrusive::link_mode<boost::intrusive::auto_unlink>;
  boost::intrusive::list<timed, boost::intrusive::base_hook<boost::intrusive::list_base_hook<hook>>,
                         boost::intrusive::constant_time_size<false>>
      waiting_;
  timer timer_;
  std::chrono::milliseconds period_;
  steady_time now_;
  std::shared_ptr<bool> alive_;  // a handler already queued when we go must not touch us
};

// Something with a deadline: armed again and again while it lives. Base class, used on the ticker's thread
// only.
class timed
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit timed(ticker& by) : ticker_(by) { ticker_.waiting_.push_back(*this); }
  virtual ~timed() = default;
  timed(const timed&) = delete;
  timed& operator=(const timed&) = delete;

 protected:
  friend class ticker;
  // The deadline has passed (and is disarmed). Must not destroy any `timed`.
  virtual void expired() = 0;

  // Not before `timeout` from now: the ticker's time may be a period old.
  void arm(std::chrono::milliseconds timeout) { deadline_ = ticker_.now() + ticker_.period() + timeout; }
  void arm_at(steady_time deadline) { deadline_ = deadline; }
  void disarm() { deadline_ = steady_time::max(); }
  steady_time coarse_now() const { return ticker_.now(); }
  std::chrono::milliseconds coarseness() const { return ticker_.period(); }

 private:
  ticker& ticker_;
  steady_time deadline_ = steady_time::max();
};

}  // namespace weir::http
