#include "support/redis_process.hpp"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace weir::test {
namespace {

// The server program; WEIR_REDIS_SERVER names another one, such as valkey-server.
std::string program() {
  const char* const named = std::getenv("WEIR_REDIS_SERVER");
  return named != nullptr && *named != '\0' ? named : "redis-server";
}

bool answers(const std::string& socket) {
  redisContext* context = redisConnectUnix(socket.c_str());
  if (context == nullptr) return false;
  auto* reply = context->err == 0 ? static_cast<redisReply*>(redisCommand(context, "PING")) : nullptr;
  const bool pong = reply != nullptr && reply->type == REDIS_REPLY_STATUS;
  if (reply != nullptr) freeReplyObject(reply);
  redisFree(context);
  return pong;
}

}  // namespace

redis_process::redis_process(std::vector<std::string> further_arguments)
    : arguments_(std::move(further_arguments)) {
  std::string pattern = std::filesystem::temp_directory_path() / "weir-redis-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for redis-server");
  folder_ = pattern;
  socket_ = folder_ + "/redis.sock";
  start();
}

redis_process::~redis_process() {
  if (pid_ > 0) kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void redis_process::start() {
  std::vector<std::string> words{program(), "--port", "0",     "--unixsocket",           socket_, "--save",
                                 "",        "--dir",  folder_, "--enable-debug-command", "yes"};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    const int log = open((folder_ + "/log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(log, 1);
    dup2(log, 2);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!answers(socket_)) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_)
      throw std::runtime_error(program() + " ended at once; is it installed?");
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error(program() + " does not reply");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // between two tests of the condition
  }
}

void redis_process::kill() {
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void redis_process::freeze() { ::kill(pid_, SIGSTOP); }
void redis_process::thaw() { ::kill(pid_, SIGCONT); }

}  // namespace weir::test
