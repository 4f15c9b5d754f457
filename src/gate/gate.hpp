// The gate: the way of a request from its head to its answer, in the order in which things are decided.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gate/gate_cells.hpp"
#include "gate/input_counter.hpp"
#include "gate/key_ring.hpp"
#include "gate/probes.hpp"
#include "gate/reading_room.hpp"
#include "gate/refusal_memory.hpp"
#include "gate/request_ids.hpp"
#include "gate/reservation.hpp"
#include "gate/routes.hpp"
#include "gate/turn_line.hpp"
#include "http/exchange.hpp"
#include "openai/chat_request.hpp"
#include "store/store.hpp"
#include "upstream/upstream.hpp"

namespace weir {

struct gate_options {
  std::uint32_t window_seconds = 60;
  std::uint32_t default_output_tokens =
      512;  // the cap of a request that names none, where its limit allows as much
  std::size_t max_body_bytes = 32U << 20;
  std::chrono::milliseconds store_deadline{250};
  std::string node_id;
  steady_time (*now)() = std::chrono::steady_clock::now;
  std::uint64_t id_seed = 0;  // to be random: request ids come from it
};

// What a gate works with; all of it must outlive the gate. One set per worker but for the ring, the
// encodings, the reading room and the probes.
struct gate_parts {
  const key_ring& keys;
  const tokens::encodings& encodings;
  tokens::memory& memory;
  reading_room& reading;
  weir::store& store;
  weir::upstream& upstream;
  weir::probes& probes;
  gate_cells& cells;
};

// One object per worker.
class gate final : public http::handler {
 public:
  gate(const gate_parts& parts, gate_options options);

  awaitable<void> serve(http::exchange& e) override;
  void refuse(http::refusal why, http::answer& reply) noexcept override;

  // Large requests that wait to be read or counted, and those that are being counted, are told that this node
  // stops. For its end.
  void end_waiting();

 private:
  // Each fills e.reply(); false: nobody is left to answer.
  awaitable<bool> answer(http::exchange& e);
  awaitable<bool> chat(http::exchange& e);
  awaitable<bool> ask(probe which, http::answer& reply);
  void read_only(const http::request_head& head, const route& where, http::answer& reply);

  const key_record* authenticate(const http::request_head& head, http::answer& reply);
  bool is_json(const http::request_head& head, http::answer& reply);
  charge charge_for(const key_record& key, const openai::chat_request& request) const;
  // What ends a chat early: each fills the reply, and says whether anybody is left to have it.
  bool unread(http::answer& reply, http::refusal why);
  bool invalid(http::answer& reply, const openai::api_error& why);
  bool stopping(http::answer& reply);
  bool without_completion(http::answer& reply, reservation& held, upstream_failure why);

  // A large body, read in the reading room; nothing where this node stops before its turn.
  awaitable<std::optional<reading_room::outcome>> read_apart(http::padded_view body);
  // The input tokens of a request of any size. A large one is counted no further than its limit, which it is
  // past then; nothing where its key is known to be refused, or this node stops: `reply` says so.
  awaitable<std::optional<std::uint32_t>> count_large(const key_record& key, const charge& asked,
                                                      const openai::chat_request& request,
                                                      http::answer& reply);
  void count(const charge& asked, const verdict& v);
  void complete(http::answer& reply, const openai::chat_request& request, const openai::completion& made,
                const charge& asked, const verdict& v);
  // Adds what every answer carries.
  void sign(http::answer& reply, std::chrono::milliseconds processing);

  gate_parts parts_;
  gate_options options_;
  openai::chat_reader reader_;
  turn_line readings_;
  input_counter counter_;
  refusal_memory refusals_;
  id_source ids_;
};

// The output tokens a request reserves, over all its choices: its own cap times n, or where it names none
// max(1, min(default, limit / n)) times n, so that a default alone never makes a request too large.
std::uint32_t output_reservation(const openai::chat_request& request, std::uint32_t default_output_tokens,
                                 std::uint32_t output_limit);

}  // namespace weir
