// What is said on a new connection before any batch: who we are, what Redis this is, and whether it is used
// as we use it.
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
  std::string meta_key;     // names what all nodes of this Redis must agree on
  std::string meta_value;   // "name=value name=value …"
  std::string_view script;  // must outlive the handshake
};

struct server_facts {
  std::string version, run_id, maxmemory_policy, script_sha;
  store_time now;  // TIME, the last thing asked
};

enum class handshake_state {
  talking,
  ready,
  mismatch,  // the server's meta says otherwise
  refused,   // the server answered an error, or is none we can use
};

// A state machine without I/O; one object per connection made.
class handshake {
 public:
  // `options` must outlive it.
  explicit handshake(const handshake_options& options) : options_(options) {}

  // Appends the first flight.
  void begin(std::string& out);
  // Replies in order; may append the second flight. Once not talking, it stays what it is.
  handshake_state on_reply(reply_view r, std::string& out);

  handshake_state state() const { return state_; }
  // Whole when ready.
  const server_facts& facts() const { return facts_; }
  // Mismatch or refused: what is wrong and what to do, one sentence; never the password.
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
  server_facts facts_;
  std::string problem_;
};

}  // namespace weir::redis
