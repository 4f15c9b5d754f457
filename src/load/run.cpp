#include "load/run.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

#include "load/options.hpp"
#include "load/probe.hpp"
#include "load/report.hpp"
#include "load/session.hpp"

namespace weir::load {
namespace {

void print(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

// Raises the limit of file descriptors as far as the system allows; each connection needs one.
void raise_descriptor_limit() {
  rlimit most{};
  if (getrlimit(RLIMIT_NOFILE, &most) != 0) return;
  most.rlim_cur = most.rlim_max;
  setrlimit(RLIMIT_NOFILE, &most);
}

// Reports the nodes that did not respond. Returns false where no node did.
bool report_unreachable_nodes(const std::vector<probed_node>& nodes) {
  const bool any =
      std::any_of(nodes.begin(), nodes.end(), [](const probed_node& n) { return n.problem.empty(); });
  for (const probed_node& n : nodes) {
    if (!n.problem.empty())
      print(stderr, "weir load: " + n.info.url + " does not respond to /healthz: " + n.problem + "\n");
  }
  if (!any) print(stderr, "weir load: no node could be reached\n");
  return any;
}

// The run needs an address for each node.
bool all_resolved(const std::vector<probed_node>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const probed_node& n) { return n.resolved; });
}

// The file of --json. It is opened before the run, so that a wrong path does not cost an hour of load.
class json_target {
 public:
  explicit json_target(const std::string& name) : name_(name) {
    if (to_file()) file_.open(name);
  }
  // Reports an error and returns false where the file cannot be written.
  bool good() const {
    if (to_file() && !file_) print(stderr, "weir load: --json " + name_ + ": the file cannot be written\n");
    return !to_file() || file_;
  }
  bool write(const run_report& r) {
    if (name_ == "-") print(stdout, json_of(r));
    if (!to_file()) return true;
    file_ << json_of(r);
    file_.close();
    return good();
  }

 private:
  bool to_file() const { return !name_.empty() && name_ != "-"; }

  std::string name_;
  std::ofstream file_;
};

int run_with(const options& o) {
  json_target json(o.json_file);
  if (!json.good()) return config::exit_usage;
  const auto nodes = probe_nodes(o);
  if (!report_unreachable_nodes(nodes) || !all_resolved(nodes)) return 1;
  raise_descriptor_limit();
  const auto show = [](std::string_view bytes) { print(stderr, bytes); };
  const run_report r = run_session(o, nodes, isatty(STDERR_FILENO) == 1, show);
  print(o.json_file == "-" ? stderr : stdout, text_of(r));  // with "-", stdout is for the JSON
  const bool written = json.write(r);
  const bool any_decision = r.counted.all_nodes().totals.has_decision();
  if (!any_decision) print(stderr, "weir load: no request was admitted or throttled\n");
  return r.over_admitted() == 0 && written && any_decision ? 0 : 1;
}

}  // namespace

int run(int argc, char** argv) {
  const auto read = read_options(argc, argv);
  if (read) return run_with(*read);
  const config::exit_request& exit = read.error();
  print(exit.code == 0 ? stdout : stderr, exit.text);
  return exit.code;
}

}  // namespace weir::load
