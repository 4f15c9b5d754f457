// What a decision costs in Redis: CPU microseconds an operation of window.lua, by batch size and number of
// keys. usage: script_bench [seconds a row] [only rows whose name holds this]
#include <hiredis/hiredis.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "store/batch.hpp"
#include "support/redis_process.hpp"

namespace {

using namespace weir;
using namespace weir::store;

double cpu_seconds(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string word;
  long ticks = 0;
  for (int i = 1; i <= 15 && stat >> word; ++i)
    if (i >= 14) ticks += std::stol(word);
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

key_id id_of(std::uint32_t n) {
  key_id id;
  char text[33];
  std::snprintf(text, sizeof text, "%08x%08x%08x%08x", n * 2654435761U, n * 40503U, n, ~n);
  std::copy(text, text + 32, id.hex.begin());
  return id;
}

struct row {
  const char* name;
  std::uint32_t window_seconds;
  std::uint32_t keys;
  std::size_t takes;    // a batch
  std::size_t settles;  // a batch, before the takes
  limit::limits most;
  std::uint32_t first_key = 0;  // refused rows have keys of their own, whose windows hold just their limit
};

class runner {
 public:
  explicit runner(double seconds) : seconds_(seconds), context_(redisConnectUnix(redis_.socket().c_str())) {
    const std::string_view script = window_script();
    auto* reply =
        static_cast<redisReply*>(redisCommand(context_, "SCRIPT LOAD %b", script.data(), script.size()));
    sha_ = reply->str;
    freeReplyObject(reply);
  }
  ~runner() { redisFree(context_); }

  void run(const row& r) {
    freeReplyObject(redisCommand(context_, "CONFIG RESETSTAT"));
    std::mt19937 random(1);
    batch b(r.window_seconds);
    std::size_t operations = 0, takes = 0, in_flight = 0;
    const double cpu = cpu_seconds(redis_.pid());
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds_);
    while (std::chrono::steady_clock::now() < until || in_flight > 0) {
      if (std::chrono::steady_clock::now() < until) {
        fill(b, r, random);
        operations += b.operations();
        takes += r.takes;
        bytes_.clear();
        b.write(bytes_, sha_, {4'000'000'000'000'000});
        redisAppendFormattedCommand(context_, bytes_.data(), bytes_.size());
        if (++in_flight < 2) continue;
      }
      void* reply = nullptr;
      if (redisGetReply(context_, &reply) != REDIS_OK) std::abort();
      if (static_cast<redisReply*>(reply)->type != REDIS_REPLY_STRING) std::abort();
      freeReplyObject(reply);
      --in_flight;
    }
    const double us = (cpu_seconds(redis_.pid()) - cpu) * 1e6;
    std::printf("| %-40s | %7.2f | %7.2f | %7.1f | %8.0f |\n", r.name, us / static_cast<double>(operations),
                us / static_cast<double>(takes), script_us(), static_cast<double>(takes) / seconds_);
  }

 private:
  // What Redis itself says a call of the script takes.
  double script_us() {
    auto* reply = static_cast<redisReply*>(redisCommand(context_, "INFO commandstats"));
    const std::string text(reply->str, reply->len);
    freeReplyObject(reply);
    const auto at = text.find("usec_per_call=", text.find("cmdstat_evalsha"));
    return at == std::string::npos ? 0 : std::stod(text.substr(at + 14));
  }

  void fill(batch& b, const row& r, std::mt19937& random) {
    b.clear();
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto second =
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
    for (std::size_t i = 0; i < r.settles + r.takes; ++i) {
      const key_id id = id_of(r.first_key + static_cast<std::uint32_t>(random() % r.keys));
      limit::plan p{.root = id, .asked = {1, 100, 500}, .part_count = 1, .parts = {}};
      p.parts[0] = {id, limit::seconds_window(r.window_seconds), r.most};
      const settlement s{make_window_ref(id, id), second, 0, {1, 100, 500}, {1, 100, 32}};
      i < r.settles ? b.add_settle(s) : b.add_take(p);
    }
  }

  double seconds_;
  test::redis_process redis_;
  redisContext* context_;
  std::string sha_, bytes_;
};

}  // namespace

int main(int argc, char** argv) {
  runner run(argc > 1 ? std::atof(argv[1]) : 2.0);
  std::puts("| batch | us/operation | us/take | us/script | takes/s |\n|---|---|---|---|---|");
  const limit::limits plenty{4'000'000'000U, 4'000'000'000U, 4'000'000'000U},
      few{10, 4'000'000'000U, 4'000'000'000U};
  for (const row& r :
       {row{"1 take, 1 key", 60, 1, 1, 0, plenty}, row{"16 takes, 1 key", 60, 1, 16, 0, plenty},
        row{"64 takes, 1 key", 60, 1, 64, 0, plenty}, row{"16 takes, 1,000 keys", 60, 1000, 16, 0, plenty},
        row{"32 takes, 1,000 keys", 60, 1000, 32, 0, plenty},
        row{"64 takes, 1,000 keys", 60, 1000, 64, 0, plenty},
        row{"32 takes and 32 settles, 1,000 keys", 60, 1000, 32, 32, plenty},
        row{"64 refused, 1 key, W 60", 60, 1, 64, 0, few, 5000},
        row{"64 refused, 1,000 keys, W 60", 60, 1000, 64, 0, few, 6000},
        row{"64 refused, 1 key, W 3600", 3600, 1, 64, 0, few}})
    if (argc < 3 || std::string_view(r.name).find(argv[2]) != std::string_view::npos) run.run(r);
}
