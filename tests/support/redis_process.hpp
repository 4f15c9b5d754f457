// For tests: a real redis-server of the test's own, on a Unix socket in a folder of its own.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace weir::test {

// Starts in the constructor and answers PING when it returns; throws std::runtime_error if it does not within
// 10 s. Killed, and its folder removed, in the destructor. Not thread-safe.
class redis_process {
 public:
  explicit redis_process(std::vector<std::string> further_arguments = {});
  ~redis_process();
  redis_process(const redis_process&) = delete;
  redis_process& operator=(const redis_process&) = delete;

  const std::string& socket() const { return socket_; }
  std::string url() const { return "unix://" + socket_; }

  void kill();    // as a crash: SIGKILL, nothing saved
  void start();   // again, empty, on the same socket
  void freeze();  // SIGSTOP: connections stay, nothing answers
  void thaw();    // SIGCONT
  pid_t pid() const { return pid_; }

 private:
  std::string folder_, socket_;
  std::vector<std::string> arguments_;
  pid_t pid_ = -1;
};

}  // namespace weir::test
