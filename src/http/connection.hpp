// One client's connection: reads requests one after the other, lets the handler answer each, and leaves in
// order.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/awaitable.hpp"
#include "base/time.hpp"
#include "http/answer_writer.hpp"
#include "http/body_buffer.hpp"
#include "http/exchange.hpp"
#include "http/head_scanner.hpp"
#include "http/http_cells.hpp"
#include "http/request_parser.hpp"
#include "http/server_options.hpp"
#include "http/socket.hpp"
#include "http/ticker.hpp"

namespace weir::http {

// What the connections of a listener share. Outlives them.
struct server_context {
  handler& answers;
  server_options options;
  http_cells& cells;
  ticker& deadlines;
  date_line date;
  byte_budget bodies;
  bool draining = false;  // no request after the present one
};

// Memory: one read buffer of 20 KiB (pages count once touched), in which heads and small bodies stay; bigger
// bodies get their own.
//
//   in_ ─▶ | request in hand: head, body | pipelined ones | free | padding |
//          begin_               next_                    end_     in_bytes
class connection final
    : public exchange,
      private timed,
      public boost::intrusive::list_base_hook<boost::intrusive::tag<server_context>,
                                              boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using listener_hook =
      boost::intrusive::list_base_hook<boost::intrusive::tag<server_context>,
                                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  connection(tcp_socket socket, server_context& context);
  ~connection() override;

  // Serves until the connection ends; it can then be destroyed.
  awaitable<void> run();
  // Answers with `why` without reading a request, then leaves.
  awaitable<void> turn_away(refusal why);

  // Leaves once idle: now, or with the present answer.
  void drain();
  // Closes at once; what is awaited on the socket ends with it.
  void cancel();

  const request_head& head() const override { return parser_->head(); }
  awaitable<result<padded_view, refusal>> body(std::size_t limit_bytes) override;
  answer& reply() override { return reply_; }
  awaitable<bool> send() override;

 private:
  enum class phase : unsigned char { idle, head, body, handler, writing, leaving };

  result<bool, refusal> next_head();
  awaitable<void> serve();
  awaitable<void> refuse(refusal why);
  awaitable<void> tidy_up();
  awaitable<void> leave();
  void finish();

  awaitable<std::optional<refusal>> read_rest_in_place(std::size_t total);
  awaitable<std::optional<refusal>> read_rest_apart(std::size_t total);
  awaitable<std::optional<refusal>> read_chunks(std::size_t limit);
  awaitable<void> skip_body();
  void begin_body();
  std::optional<refusal> progress(const boost::system::error_code& ec, std::size_t bytes);

  void expect_bytes();
  void compact();
  bool stays_open() const;
  connection_line after_answer() const;
  void count_answer();
  void expired() override;
  void close();

  asio::mutable_buffer free_space() { return {in_.get() + end_, in_bytes - end_}; }
  std::size_t body_here() const { return end_ - next_; }

  static constexpr std::size_t in_bytes = head_limit_bytes + (4U << 10);
  static constexpr std::size_t chunk_window_bytes =
      4U << 10;  // a chunk's line or the trailers fit in it, or are refused

  tcp_socket socket_;
  server_context& context_;

  std::unique_ptr<char[]> in_;
  std::size_t begin_ = 0, next_ = 0, end_ = 0;
  head_scanner scanner_;
  std::optional<request_parser> parser_;
  body_buffer body_;
  answer reply_;
  std::string out_;

  phase phase_ = phase::idle;
  steady_time request_began_{};
  std::size_t unrenewed_bytes_ = 0;  // of a body or an answer since its deadline was last renewed
  std::uint64_t body_left_ = 0;      // announced, not taken from in_ or the socket
  std::optional<refusal> body_failed_;
  bool body_read_ = false;
  bool answered_ = false;
  bool served_one_ = false;
  bool open_ = true;      // another request may follow
  bool gone_ = false;     // nobody is left on the other side
  bool expired_ = false;  // the deadline ended the present wait
};

}  // namespace weir::http
