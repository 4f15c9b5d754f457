// For tests: a request as the gate sees it, without a socket.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "http/exchange.hpp"

namespace weir {

// The key is "sk-a" and the body JSON, unless edited.
class fake_exchange final : public http::exchange {
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
  const http::request_head& head() const override { return head_; }
  awaitable<result<http::padded_view, http::refusal>> body(std::size_t limit_bytes) override {
    body_limit = limit_bytes;
    if (no_body) co_return *no_body;
    http::padded_view view;
    view.data = body_.data();
    view.size = size_;
    co_return view;
  }
  http::answer& reply() override { return reply_; }
  awaitable<bool> send() override {
    ++sent;
    co_return true;
  }
  http::request_head& edit_head() { return head_; }

  std::optional<http::refusal> no_body;
  std::optional<std::size_t> body_limit;  // unset: nobody asked for the body
  int sent = 0;

 private:
  std::string method_, path_, body_;
  std::size_t size_;
  http::request_head head_;
  http::answer reply_;
};

}  // namespace weir
