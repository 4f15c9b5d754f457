// The handshake of a new connection before any batch: authentication, the version of Redis, and whether it is
// used with the same settings.
//
//   flight 1   [AUTH] SELECT INFO                            version 7.0 or newer, else nothing is written
//   flight 2   SET meta NX, GET meta, SCRIPT LOAD, TIME      compare meta; SET also proves that writes are
//   taken
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "redis/codec.hpp"
#include "redis/url.hpp"

namespace weir::redis {

struct handshake_options {
  std::string user, password;
  unsigned database = 0;
  std::string meta_key;     // the settings that all nodes of this Redis must share
  std::string meta_value;   // "name=value name=value …"
  std::string_view script;  // must outlive the handshake
};

struct server_info {
  std::string version, run_id, maxmemory_policy, script_sha;
  store_time now;  // TIME, the last reply
};

enum class handshake_state {
  talking,
  ready,
  mismatch,  // the server's meta differs
  refused,   // the server replied with an error, or cannot be used
};

// A state machine without I/O. One object for each connection.
class handshake {
 public:
  // `options` must outlive it.
  explicit handshake(const handshake_options& options) : options_(options) {}

  // Appends the first flight.
  void begin(std::string& out);
  // Takes replies in order; may append the second flight. Once the state is not `talking`, it does not
  // change.
  handshake_state on_reply(reply_view r, std::string& out);

  handshake_state state() const { return state_; }
  // Complete when ready.
  const server_info& server() const { return server_; }
  // For `mismatch` and `refused`: what is wrong and what to do, in one sentence without the password.
  const std::string& problem() const { return problem_; }

 private:
  enum class step { auth, select, info, set_meta, get_meta, load, time, done };

  void read(reply_view r, std::string& out);
  void read_info(std::string_view info, std::string& out);
  void read_meta(reply_view r);
  void read_time(reply_view r);
  void begin_second_flight(std::string& out);
  void refuse(std::string problem);

  const handshake_options& options_;
  handshake_state state_ = handshake_state::talking;
  step step_ = step::auth;
  server_info server_;
  std::string problem_;
};

}  // namespace weir::redis
