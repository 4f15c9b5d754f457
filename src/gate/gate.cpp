#include "gate/gate.hpp"

#include <algorithm>
#include <utility>

#include "base/mask_key.hpp"
#include "base/text.hpp"
#include "gate/answers.hpp"
#include "gate/limit_headers.hpp"
#include "gate/text_buffer.hpp"
#include "openai/models.hpp"

namespace weir {
namespace {

awaitable<bool> ready() { co_return true; }

// The media type without its parameters.
std::string_view media_type(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return type.substr(0, type.find_last_not_of(" \t") + 1);
}

void write_one_model(std::string_view id, http::answer& reply) {
  if (!openai::write_model(reply.body, id)) write_api_error(reply, openai::model_not_found(id));
}

}  // namespace

gate::gate(const gate_parts& parts, gate_options options)
    : parts_(parts),
      options_(std::move(options)),
      counter_(parts.encodings, parts.memory),
      ids_(options_.id_seed) {}

awaitable<void> gate::serve(http::exchange& e) {
  const steady_time begun = options_.now();
  const bool someone_is_left = co_await answer(e);
  if (!someone_is_left) co_return;
  sign(e.reply(), std::chrono::duration_cast<std::chrono::milliseconds>(options_.now() - begun));
  co_await e.send();
}

void gate::refuse(http::refusal why, http::answer& reply) noexcept {
  write_refusal(reply, why, options_.max_body_bytes);
  sign(reply, std::chrono::milliseconds{0});
}

awaitable<bool> gate::answer(http::exchange& e) {
  const route where = find_route(e.head().method, e.head().path);
  switch (where.place) {
    case place::chat: return chat(e);
    case place::health: return ask(probe::health, e.reply());
    case place::live: return ask(probe::live, e.reply());
    case place::ready: return ask(probe::ready, e.reply());
    case place::metrics: return ask(probe::metrics, e.reply());
    default: read_only(e.head(), where, e.reply()); return ready();
  }
}

// What is invalid costs nothing: the take comes after all that can be wrong. The reservation settles when it
// goes out of scope, before the answer is written: a client that has its answer finds its surplus given back,
// and one that reads slowly holds nothing.
awaitable<bool> gate::chat(http::exchange& e) {
  http::answer& reply = e.reply();
  const key_record* key = authenticate(e.head(), reply);
  if (key == nullptr || !is_json(e.head(), reply)) co_return true;

  const auto body = co_await e.body(options_.max_body_bytes);
  if (!body) co_return unread(reply, body.error());
  std::optional<reading_room::outcome> apart;
  if (body->size > reading_room::small_bytes) {
    apart = co_await read_apart(*body);
    if (!apart) co_return stopping(reply);
  }
  auto request = apart ? std::move(*apart) : reader_.read(body->data, body->size);
  if (!request) co_return invalid(reply, request.error());

  charge asked = charge_for(*key, *request);
  if (input_counter::is_small(*request)) {
    asked.asked.input_tokens = counter_.count(*request);
  } else {
    const auto counted = co_await count_large(*key, asked, *request, reply);
    if (!counted) co_return true;
    asked.asked.input_tokens = *counted;
  }
  const auto taken = co_await parts_.store.take(asked, options_.now() + options_.store_deadline);
  if (!taken) {
    parts_.cells.outages.add();
    write_outage(reply, taken.error());
    co_return true;
  }
  count(asked, *taken);
  append_limit_lines(reply.headers, key->limit_lines, key->limits, *taken, options_.window_seconds);
  if (!taken->admitted()) {
    refusals_.remember(asked, *taken, options_.now());
    write_rejection(reply, request->model, asked, *taken, options_.window_seconds);
    reader_.recycle(std::move(*request));
    co_return true;
  }

  reservation held(parts_.store, make_receipt(asked, *taken));
  if (asked.asked.input_tokens >
      key->limits
          .input_tokens) {  // admitted all the same, by a limiter that is bypassed: tell the whole count
    const auto whole = co_await counter_.count_in_slices(*request, limits::unlimited);
    if (!whole) co_return without_completion(reply, held, upstream_failure::stopping);
    asked.asked.input_tokens = *whole;
  }
  const auto made = co_await parts_.upstream.complete(*request, asked.asked.output_tokens);
  if (!made) co_return without_completion(reply, held, made.error());
  held.produced(made->output_tokens());
  complete(reply, *request, *made, asked, *taken);
  reader_.recycle(std::move(*request));
  co_return true;
}

bool gate::unread(http::answer& reply, http::refusal why) {
  parts_.cells.unread.add();
  write_refusal(reply, why, options_.max_body_bytes);
  return why != http::refusal::disconnected;
}

bool gate::invalid(http::answer& reply, const openai::api_error& why) {
  parts_.cells.invalid.add();
  write_api_error(reply, why);
  return true;
}

bool gate::stopping(http::answer& reply) {
  parts_.cells.unread.add();
  write_upstream_failure(reply, upstream_failure::stopping);
  return true;
}

bool gate::without_completion(http::answer& reply, reservation& held, upstream_failure why) {
  parts_.cells.upstream_failures.add();
  if (why == upstream_failure::unreachable) held.unused();
  write_upstream_failure(reply, why);
  return true;
}

// One body of this worker at a time: the others wait here, where a stop can end their wait.
awaitable<std::optional<reading_room::outcome>> gate::read_apart(http::padded_view body) {
  const executor here = co_await asio::this_coro::executor;
  if (!co_await readings_.enter()) co_return std::nullopt;
  const turn_line::turn mine(readings_, here);
  parts_.cells.apart_reads.add();
  auto read = co_await parts_.reading.read(body);
  co_return std::move(read);
}

void gate::end_waiting() {
  readings_.close();
  counter_.stop();
}

awaitable<bool> gate::ask(probe which, http::answer& reply) {
  co_await parts_.probes.answer(which, reply);
  co_return true;
}

void gate::read_only(const http::request_head& head, const route& where, http::answer& reply) {
  switch (where.place) {
    case place::wrong_method:
      write_api_error(reply, openai::wrong_method(head.method, head.path));
      reply.headers.append("allow: ").append(where.allow).append("\r\n");
      return;
    case place::outside_v1:
      return write_api_error(reply, openai::unknown_request_url(head.method, head.path));
    case place::models:
      if (authenticate(head, reply) != nullptr) openai::write_models(reply.body);
      return;
    case place::model:
      if (authenticate(head, reply) != nullptr) write_one_model(where.id, reply);
      return;
    default: return write_api_error(reply, openai::unknown_url(head.method, head.path));
  }
}

const key_record* gate::authenticate(const http::request_head& head, http::answer& reply) {
  const std::string_view presented = bearer_key(head.authorization);
  const key_record* key = presented.empty() ? nullptr : parts_.keys.find(presented);
  if (key != nullptr) return key;
  parts_.cells.unauthenticated.add();
  write_api_error(reply, presented.empty() ? openai::no_key() : openai::wrong_key(mask_key(presented)));
  reply.headers += "www-authenticate: Bearer\r\n";
  return nullptr;
}

bool gate::is_json(const http::request_head& head, http::answer& reply) {
  const bool plain = head.content_encoding.empty() || equal_ignoring_case(head.content_encoding, "identity");
  if (plain && equal_ignoring_case(media_type(head.content_type), "application/json")) return true;
  parts_.cells.invalid.add();
  write_api_error(reply, plain ? openai::unsupported_content_type(head.content_type)
                               : openai::unsupported_content_encoding(head.content_encoding));
  return false;
}

charge gate::charge_for(const key_record& key, const openai::chat_request& request) const {
  charge c;
  c.scopes[0] = {key.id, key.limits};
  c.asked.requests = 1;
  c.asked.output_tokens =
      output_reservation(request, options_.default_output_tokens, key.limits.output_tokens);
  return c;
}

awaitable<std::optional<std::uint32_t>> gate::count_large(const key_record& key, const charge& asked,
                                                          const openai::chat_request& request,
                                                          http::answer& reply) {
  charge least = asked;
  least.asked.input_tokens = input_counter::at_least(request);
  if (const auto known = refusals_.recall(least, options_.now())) {
    parts_.cells.spared_counts.add();
    count(least, *known);
    append_limit_lines(reply.headers, key.limit_lines, key.limits, *known, options_.window_seconds);
    write_rejection(reply, request.model, least, *known, options_.window_seconds);
    co_return std::nullopt;
  }
  parts_.cells.sliced_counts.add();
  const auto counted = co_await counter_.count_in_slices(request, key.limits.input_tokens);
  if (!counted) stopping(reply);
  co_return counted;
}

void gate::count(const charge& asked, const verdict& v) {
  const auto which = static_cast<std::size_t>(v.which);
  switch (v.outcome) {
    case outcome::rejected: return parts_.cells.rejected[which].add();
    case outcome::never_fits: return parts_.cells.never_fits[which].add();
    case outcome::admitted:
      parts_.cells.admitted.add();
      parts_.cells.input_tokens.add(asked.asked.input_tokens);
      parts_.cells.reserved_output_tokens.add(asked.asked.output_tokens);
  }
}

void gate::complete(http::answer& reply, const openai::chat_request& request, const openai::completion& made,
                    const charge& asked, const verdict& v) {
  parts_.cells.output_tokens.add(made.output_tokens());
  if (v.scope_count > 0) {
    text_buffer<48> line;
    reply.headers += line.put("weir-admitted-second: ").number(v.windows[0].second).put("\r\n").text();
  }
  const auto id = openai::make_completion_id(ids_.next(), ids_.next());
  const openai::completion_facts facts{.id = id.view(),
                                       .created = v.now.second(),
                                       .model = request.model,
                                       .input_tokens = asked.asked.input_tokens,
                                       .node_id = options_.node_id};
  openai::write_completion(reply.body, made, facts);
}

void gate::sign(http::answer& reply, std::chrono::milliseconds processing) {
  const auto id = ids_.hex_128();
  text_buffer<128> lines;
  lines.put("x-request-id: req_").put({id.data(), id.size()}).put("\r\nopenai-processing-ms: ");
  lines.number(static_cast<std::uint64_t>(processing.count())).put("\r\n");
  reply.headers += lines.text();
}

std::uint32_t output_reservation(const openai::chat_request& request, std::uint32_t default_output_tokens,
                                 std::uint32_t output_limit) {
  const std::uint64_t choices = request.choice_count;
  const std::uint64_t each =
      request.output_cap ? *request.output_cap
                         : std::max<std::uint64_t>(
                               1, std::min<std::uint64_t>(default_output_tokens, output_limit / choices));
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(each * choices, 0xffffffffU));
}

}  // namespace weir
