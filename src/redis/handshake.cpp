#include "redis/handshake.hpp"

#include <charconv>

namespace weir::redis {
namespace {

constexpr int oldest_major = 7;  // needed for `#!lua` scripts

std::string_view command_of(int step) {
  constexpr std::string_view names[] = {"AUTH", "SELECT", "INFO", "SET", "GET", "SCRIPT LOAD", "TIME"};
  return names[step];
}

// The value of a field in "name:value\r\n" lines; empty where there is none.
std::string_view info_field(std::string_view info, std::string_view name) {
  for (std::size_t at = 0; at < info.size();) {
    const std::size_t end = std::min(info.find('\n', at), info.size());
    std::string_view line = info.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':')
      return line.substr(name.size() + 1);
    at = end + 1;
  }
  return {};
}

std::int64_t number(std::string_view text) {
  std::int64_t value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The names of the values in which "a=1 b=2" and "a=1 b=3" differ: "b". Empty where one of them is of another
// form.
std::string differing(std::string_view ours, std::string_view theirs) {
  std::string names;
  while (!ours.empty() && !theirs.empty()) {
    const auto mine = ours.substr(0, ours.find(' ')), other = theirs.substr(0, theirs.find(' '));
    const auto name = mine.substr(0, mine.find('='));
    if (name != other.substr(0, other.find('='))) return {};
    if (mine != other) names += (names.empty() ? "" : ", ") + std::string(name);
    ours.remove_prefix(std::min(ours.size(), mine.size() + 1));
    theirs.remove_prefix(std::min(theirs.size(), other.size() + 1));
  }
  return names;
}

std::string shortened(std::string_view text) { return std::string(text.substr(0, 200)); }

}  // namespace

void handshake::begin(std::string& out) {
  step_ = options_.password.empty() ? step::select : step::auth;
  if (!options_.password.empty()) {
    if (options_.user.empty())
      append_command(out, {"AUTH", options_.password});
    else
      append_command(out, {"AUTH", options_.user, options_.password});
  }
  append_command(out, {"SELECT", std::to_string(options_.database)});
  append_command(out, {"INFO"});
}

void handshake::begin_second_flight(std::string& out) {
  append_command(out, {"SET", options_.meta_key, options_.meta_value, "NX"});
  append_command(out, {"GET", options_.meta_key});
  append_command(out, {"SCRIPT", "LOAD", options_.script});
  append_command(out, {"TIME"});
}

void handshake::refuse(std::string problem) {
  problem_ = std::move(problem);
  state_ = handshake_state::refused;
}

handshake_state handshake::on_reply(reply_view r, std::string& out) {
  if (state_ != handshake_state::talking) return state_;
  if (!r.is_error()) {
    read(r, out);
    return state_;
  }
  // A server without AUTH may quote the words of the command, the password included, so only the first word
  // of its text is used.
  const std::string_view text = step_ == step::auth ? r.text().substr(0, r.text().find(' ')) : r.text();
  refuse("Redis answers " + std::string(command_of(static_cast<int>(step_))) + " with " + shortened(text));
  return state_;
}

void handshake::read(reply_view r, std::string& out) {
  const step answered = step_;
  step_ = static_cast<step>(static_cast<int>(step_) + 1);
  switch (answered) {
    case step::info: return read_info(r.text(), out);
    case step::get_meta: return read_meta(r);
    case step::load:
      server_.script_sha = r.text();
      if (server_.script_sha.size() != 40) refuse("the reply of Redis to SCRIPT LOAD is not a SHA-1");
      return;
    case step::time: return read_time(r);
    case step::auth:
    case step::select:
    case step::set_meta:
    case step::done: return;
  }
}

void handshake::read_info(std::string_view info, std::string& out) {
  server_.version = info_field(info, "redis_version");
  server_.run_id = info_field(info, "run_id");
  server_.maxmemory_policy = info_field(info, "maxmemory_policy");
  if (number(server_.version) < oldest_major)
    return refuse("Redis 7.0 or newer is required, but this is " +
                  (server_.version.empty() ? "none" : shortened(server_.version)));
  begin_second_flight(out);
}

void handshake::read_meta(reply_view r) {
  const std::string_view theirs = r.text();
  if (theirs == options_.meta_value) return;
  const std::string names = differing(options_.meta_value, theirs);
  problem_ = options_.meta_key + " in Redis says \"" + shortened(theirs) + "\", this node has \"" +
             options_.meta_value + "\"" + (names.empty() ? "" : " (other " + names + ")") +
             ": use the same WINDOW_SECONDS and KEY_ID_SECRET on all nodes, or stop all nodes and DEL " +
             options_.meta_key;
  state_ = handshake_state::mismatch;
}

void handshake::read_time(reply_view r) {
  const std::int64_t seconds = r.size() == 2 ? number(r.at(0).text()) : -1;
  const std::int64_t us = r.size() == 2 ? number(r.at(1).text()) : -1;
  if (seconds < 0 || us < 0) return refuse("the reply of Redis to TIME is not a time");
  server_.now = {seconds * 1'000'000 + us};
  state_ = handshake_state::ready;
}

}  // namespace weir::redis
