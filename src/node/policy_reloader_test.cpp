#include "node/policy_reloader.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/testing/fake_log.hpp"

namespace weir::node {
namespace {

class policy_reloader_test : public testing::Test {
 protected:
  policy_reloader_test() {
    write("keys: {sk-a: {}}");
    reloader_.emplace(
        control_, source_, *source_.load(),
        [this](const policy::policy_snapshot& p) { published_.push_back(p); }, log_);
  }
  ~policy_reloader_test() override { std::filesystem::remove(path_); }

  void write(const std::string& yaml) { std::ofstream(path_, std::ios::trunc) << yaml; }
  // Reloads and runs the control loop until `results` loads have ended.
  void reload_until(std::uint64_t results) {
    const auto guard = asio::make_work_guard(control_);
    control_.restart();
    while (log_.lines.size() < results) control_.run_one();
  }

  std::string path_ =
      std::filesystem::temp_directory_path() / ("policy_reloader_test." + std::to_string(getpid()));
  policy::policy_source source_{{.key_file = path_, .inline_keys = {}, .policy = {}}};
  asio::io_context control_;
  fake_log log_;
  std::vector<policy::policy_snapshot> published_;
  std::optional<policy_reloader> reloader_;
};

TEST_F(policy_reloader_test, publishes_the_new_policy) {
  write("keys: {sk-a: {}, sk-b: {}}");
  reloader_->reload();
  reload_until(1);
  EXPECT_EQ(log_.count("policy reloaded keys=2"), 1u);
  ASSERT_EQ(published_.size(), 1u);
  EXPECT_NE(published_[0]->find_key("sk-b"), nullptr);
  EXPECT_EQ(reloader_->present(), published_[0]);
}

TEST_F(policy_reloader_test, keeps_the_previous_policy_where_the_file_is_wrong) {
  const policy::policy_snapshot before = reloader_->present();
  write("keys:\n  sk-a: {request_per_minute: many}\n");
  reloader_->reload();
  reload_until(1);
  EXPECT_TRUE(published_.empty());
  EXPECT_EQ(reloader_->present(), before);
  EXPECT_EQ(log_.count(path_ + ":2:"), 1u) << log_.lines[0];
  metric_set metrics;
  reloader_->add_metrics(metrics);
  EXPECT_EQ(metrics.families()[0].samples[1].value, 1);
  EXPECT_EQ(metrics.families()[1].samples[0].value, 0);
}

// However many requests come during a load, one more load follows it.
TEST_F(policy_reloader_test, loads_once_more_after_requests_during_a_load) {
  for (int i = 0; i < 5; ++i) reloader_->reload();
  reload_until(2);
  reloader_.reset();
  control_.poll();
  EXPECT_EQ(published_.size(), 2u);
}

}  // namespace
}  // namespace weir::node
