// A request for tests of handlers, without a socket.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "http/exchange.hpp"

namespace weir::http {

// The key is "sk-a" and the body JSON, unless edited.
class fake_exchange final : public exchange {
 public:
  fake_exchange(std::string method, std::string path, std::string body)
      : method_(std::move(method)), path_(std::move(path)), body_(std::move(body)), size_(body_.size()) {
    body_.append(64, '\0');
    head_.method = method_;
    head_.target = head_.path = path_;
    head_.authorization = "Bearer sk-a";
    head_.content_type = "application/json";
    head_.has_body = true;
  }
  const request_head& head() const override { return head_; }
  awaitable<result<padded_view, request_error>> body(std::size_t limit_bytes) override {
    body_limit = limit_bytes;
    if (no_body) co_return *no_body;
    padded_view view;
    view.data = body_.data();
    view.size = size_;
    co_return view;
  }
  http::response& response() override { return reply_; }
  awaitable<bool> send() override {
    ++sent;
    co_return true;
  }
  request_head& edit_head() { return head_; }

  std::optional<request_error> no_body;
  std::optional<std::size_t> body_limit;  // unset: the body was not read
  int sent = 0;

 private:
  std::string method_, path_, body_;
  std::size_t size_;
  request_head head_;
  http::response reply_;
};

}  // namespace weir::http
