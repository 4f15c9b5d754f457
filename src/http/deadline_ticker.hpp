// The deadlines of an event loop. One periodic tick visits all of them, so setting a deadline is a store to
// memory and needs no timer.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <memory>

#include "base/awaitable.hpp"
#include "base/time.hpp"

namespace weir::http {

class has_deadline;

// Calls on_deadline() at most `period` late and never early. Used on one loop's thread. It must outlive its
// has_deadline objects.
class deadline_ticker {
 public:
  using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                           asio::wait_traits<std::chrono::steady_clock>, executor>;

  deadline_ticker(asio::io_context& loop, std::chrono::milliseconds period);
  ~deadline_ticker();
  deadline_ticker(const deadline_ticker&) = delete;
  deadline_ticker& operator=(const deadline_ticker&) = delete;

  // Ticks until stop(). The loop does not run out of work until then.
  void start();
  void stop();

  // The time of the last tick. It costs nothing to read and is up to a period old (more while the loop is
  // busy).
  steady_time now() const { return now_; }
  std::chrono::milliseconds period() const { return period_; }

 private:
  friend class has_deadline;
  void wait();
  void tick(steady_time now);

  using hook = boost::intrusive::link_mode<boost::intrusive::auto_unlink>;
  boost::intrusive::list<has_deadline, boost::intrusive::base_hook<boost::intrusive::list_base_hook<hook>>,
                         boost::intrusive::constant_time_size<false>>
      waiting_;
  timer timer_;
  std::chrono::milliseconds period_;
  steady_time now_;
  std::shared_ptr<bool> alive_;  // tells a queued handler that this object is gone
};

// Base class of objects with a deadline, which may be set again and again. Used on the ticker's thread only.
class has_deadline
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit has_deadline(deadline_ticker& by) : ticker_(by) { ticker_.waiting_.push_back(*this); }
  virtual ~has_deadline() = default;
  has_deadline(const has_deadline&) = delete;
  has_deadline& operator=(const has_deadline&) = delete;

 protected:
  friend class deadline_ticker;
  // The deadline has passed and is cleared. Must not destroy any has_deadline object.
  virtual void on_deadline() = 0;

  // The deadline is at least `timeout` from now; the ticker's time may be a period old.
  void set_deadline(std::chrono::milliseconds timeout) {
    deadline_ = ticker_.now() + ticker_.period() + timeout;
  }
  void set_deadline_at(steady_time deadline) { deadline_ = deadline; }
  void clear_deadline() { deadline_ = steady_time::max(); }
  steady_time coarse_now() const { return ticker_.now(); }
  std::chrono::milliseconds coarseness() const { return ticker_.period(); }

 private:
  deadline_ticker& ticker_;
  steady_time deadline_ = steady_time::max();
};

}  // namespace weir::http
