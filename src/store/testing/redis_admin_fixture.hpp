// A blocking connection beside the tested one, for inspecting and disturbing Redis.
#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weir::store {

// Throws std::runtime_error where Redis cannot be reached.
class redis_admin {
 public:
  explicit redis_admin(const std::string& socket) : context_(redisConnectUnix(socket.c_str())) {
    if (!context_ || context_->err != 0) throw std::runtime_error("cannot reach redis-server");
  }

  // The text of the reply: "" for nil, digits for a number, the message for an error.
  std::string operator()(std::initializer_list<std::string_view> words) {
    append(words);
    return hear();
  }
  void append(std::initializer_list<std::string_view> words) {
    std::vector<const char*> argv;
    std::vector<std::size_t> sizes;
    for (const auto w : words) {
      argv.push_back(w.data());
      sizes.push_back(w.size());
    }
    redisAppendCommandArgv(context_.get(), static_cast<int>(argv.size()), argv.data(), sizes.data());
  }
  void append(std::string_view resp) {
    redisAppendFormattedCommand(context_.get(), resp.data(), resp.size());
  }
  // Sends the appended commands without waiting for a reply.
  void write() {
    for (int done = 0; done == 0;)
      if (redisBufferWrite(context_.get(), &done) != REDIS_OK) throw std::runtime_error(context_->errstr);
  }
  std::string hear() {
    void* raw = nullptr;
    if (redisGetReply(context_.get(), &raw) != REDIS_OK) throw std::runtime_error(context_->errstr);
    const std::unique_ptr<redisReply, decltype(&free_reply)> r(static_cast<redisReply*>(raw), &free_reply);
    return r->type == REDIS_REPLY_INTEGER ? std::to_string(r->integer)
                                          : std::string(r->str, r->str ? r->len : 0);
  }

 private:
  static void free_reply(redisReply* r) { freeReplyObject(r); }
  struct free_context {
    void operator()(redisContext* c) const { redisFree(c); }
  };
  std::unique_ptr<redisContext, free_context> context_;
};

}  // namespace weir::store
