// Starts a redis-server for a test, on a Unix socket in a temporary folder.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace weir::test {

// The constructor starts the server and waits for its PING; it throws std::runtime_error where that takes
// more than 10 s. The destructor kills the server and removes its folder. Not thread-safe.
class redis_process {
 public:
  explicit redis_process(std::vector<std::string> further_arguments = {});
  ~redis_process();
  redis_process(const redis_process&) = delete;
  redis_process& operator=(const redis_process&) = delete;

  const std::string& socket() const { return socket_; }
  std::string url() const { return "unix://" + socket_; }

  void kill();    // simulates a crash: SIGKILL, nothing is saved
  void start();   // starts again, empty, on the same socket
  void freeze();  // SIGSTOP: connections stay open, nothing replies
  void thaw();    // SIGCONT
  pid_t pid() const { return pid_; }

 private:
  std::string folder_, socket_;
  std::vector<std::string> arguments_;
  pid_t pid_ = -1;
};

}  // namespace weir::test
