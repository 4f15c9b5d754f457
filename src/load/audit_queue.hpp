// The queue through which an event loop passes its log to the audit on the control thread.
#pragma once

#include <mutex>
#include <utility>

#include "load/audit_feed.hpp"

namespace weir::load {

// Thread-safe. It is emptied every 100 ms, which bounds it to a tenth of a second of admissions.
class audit_queue {
 public:
  // Appends `batch` to the queue, and leaves it empty with its capacity.
  void put(audit_batch& batch) {
    const std::lock_guard lock(mutex_);
    batch_.seen.insert(batch_.seen.end(), batch.seen.begin(), batch.seen.end());
    batch_.admissions.insert(batch_.admissions.end(), batch.admissions.begin(), batch.admissions.end());
    batch_.complete_to_ns = batch.complete_to_ns;
    batch.seen.clear();
    batch.admissions.clear();
  }
  // Returns everything since the last call.
  audit_batch take() {
    const std::lock_guard lock(mutex_);
    audit_batch taken = std::exchange(batch_, {});
    batch_.complete_to_ns = taken.complete_to_ns;
    return taken;
  }

 private:
  std::mutex mutex_;
  audit_batch batch_;
};

}  // namespace weir::load
