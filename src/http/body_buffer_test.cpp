#include "http/body_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace weir::http {
namespace {

constexpr std::size_t piece = 64U << 10;

char letter_of(std::size_t at) { return static_cast<char>('a' + at / piece % 26); }

// Lets a body of `size` bytes arrive. Returns the number of bytes that were copied on the way.
std::size_t arrive(body_buffer& body, std::size_t size, std::size_t whole, const counter& held) {
  std::size_t moved = 0;
  while (body.size() < size) {
    const char* const before = body.view().data;
    EXPECT_TRUE(body.grow(piece, whole));
    if (body.view().data != before) moved += body.size();
    EXPECT_LE(held.get(), 2 * body.size() + piece + padding_bytes);
    std::fill_n(body.end(), piece, letter_of(body.size()));
    body.arrived(piece);
  }
  for (std::size_t at = 0; at < size; at += piece) EXPECT_EQ(body.view().data[at], letter_of(at));
  return moved;
}

TEST(body_buffer, moves_no_megabytes_where_the_length_is_known) {
  constexpr std::size_t size = 8U << 20;
  counter held;
  byte_budget budget(64U << 20, held);
  body_buffer body(budget);
  EXPECT_LE(arrive(body, size, size, held), 2U << 20);
  EXPECT_EQ(held.get(), size + padding_bytes);
  body.release();
  EXPECT_EQ(held.get(), 0U);
}

TEST(body_buffer, doubles_where_the_length_is_not_known) {
  counter held;
  byte_budget budget(64U << 20, held);
  body_buffer body(budget);
  EXPECT_LE(arrive(body, 8U << 20, 0, held), 16U << 20);
}

TEST(body_buffer, refuses_what_its_budget_does_not_hold) {
  counter held;
  byte_budget budget(1U << 20, held);
  body_buffer body(budget);
  std::size_t arrived = 0;
  for (; body.grow(piece, 4U << 20); arrived += piece) body.arrived(piece);
  EXPECT_GE(arrived, 256U << 10);
  EXPECT_LT(arrived, 1U << 20);
  EXPECT_LE(held.get(), 1U << 20);
}

}  // namespace
}  // namespace weir::http
