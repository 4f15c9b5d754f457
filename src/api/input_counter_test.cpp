#include "api/input_counter.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <optional>
#include <vector>

#include "openai/testing/padded_body_fixture.hpp"

namespace weir::api {
namespace {

const tokens::encodings encodings(tokens::encoding_name::o200k_base);
tokens::token_caches caches;

openai::chat_request request_of(std::string_view body) {
  openai::chat_reader reader;
  auto read = openai::read_padded(reader, body);
  EXPECT_TRUE(read) << body;
  return std::move(*read);
}
std::uint32_t count(std::string_view model, std::string_view rest) {
  input_counter counter(encodings, caches);
  return counter.count(request_of("{\"model\":\"" + std::string(model) + "\"," + std::string(rest) + "}"));
}

constexpr std::string_view hello = R"("messages":[{"role":"user","content":"Hello!"}])";
constexpr std::string_view four_turns =
    R"("messages":[{"role":"developer","content":"You are a helpful assistant."},)"
    R"({"role":"user","content":"Hello!"},)"
    R"({"role":"assistant","content":"Hello! How can I assist you today?"},{"role":"user",)"
    R"("content":"What's the weather like?"}])";
constexpr std::string_view json_mode =
    R"("messages":[{"role":"user","content":"Generate a JSON object with three properties: )"
    R"(name, age, and city."}],)"
    R"("response_format":{"type":"json_object"})";
constexpr std::string_view four_turns_short_answer =
    R"("messages":[{"role":"developer","content":"You are a helpful assistant."},)"
    R"({"role":"user","content":"Hello!"},)"
    R"({"role":"assistant","content":"Hello! How can I assist you today?"},)"
    R"({"role":"user","content":"Answer in up to 5 words: What's the weather like?"}])";
// OpenAI's cookbook, "How to count tokens with tiktoken".
constexpr std::string_view cookbook =
    R"("messages":[{"role":"system","content":"You are a helpful, )"
    R"(pattern-following assistant that translates corporate jargon into plain English."},)"
    R"({"role":"system","name":"example_user","content":"New synergies will help drive top-line growth."},)"
    R"({"role":"system","name":"example_assistant",)"
    R"("content":"Things working well together will increase revenue."},)"
    R"({"role":"system","name":"example_user",)"
    R"("content":"Let's circle back when we have more bandwidth to touch base on )"
    R"(opportunities for increased leverage."},)"
    R"({"role":"system","name":"example_assistant",)"
    R"("content":"Let's talk later when we're less busy about how to do better."},)"
    R"({"role":"user","content":"This late pivot means we don't have time to boil the ocean )"
    R"(for the client deliverable."}])";

TEST(input_counter, counts_what_openai_charged) {
  const struct {
    const char* model;
    std::string_view messages;
    std::uint32_t charged;
  } table[] = {
      {"gpt-4.1-nano", hello, 9},
      {"gpt-5", hello, 8},
      {"gpt-4", R"("messages":[{"role":"user","content":"Say this is a test!"}])", 13},
      {"gpt-4.1-nano", four_turns, 41},
      {"gpt-4.1-nano", json_mode, 22},
      {"gpt-5-nano", json_mode, 21},
      {"gpt-5-nano", four_turns_short_answer, 50},
      {"gpt-4", cookbook, 129},
      {"gpt-3.5-turbo", cookbook, 129},
      {"gpt-4o", cookbook, 124},
      {"gpt-3.5-turbo-0301", cookbook, 127},
  };
  for (const auto& row : table) EXPECT_EQ(count(row.model, row.messages), row.charged) << row.model;
}

TEST(input_counter, counts_tools_as_openai_charged) {
  for (const char* place : {"Boston today", "San Francisco"}) {
    EXPECT_EQ(
        count("gpt-4.1-nano",
              R"("messages":[{"role":"user","content":"What is the weather like in )" + std::string(place) +
                  R"(?"}],)"
                  R"("tools":[{"type":"function","function":{"name":"get_current_weather",)"
                  R"("description":"Get the current weather in a given location",)"
                  R"("parameters":{"type":"object","properties":{"location":{"type":"string",)"
                  R"("description":"The city and state, e.g. San Francisco, CA"},)"
                  R"("unit":{"type":"string","enum":["celsius","fahrenheit"]}},)"
                  R"("required":["location"]}}}],"tool_choice":"auto")"),
        81U)
        << place;
  }
}

TEST(input_counter, charges_for_being_told_which_tool_to_call) {
  const std::string tools = std::string(hello) + R"(,"tools":[{"type":"function","function":{"name":"f"}}])";
  const std::uint32_t automatic = count("gpt-4o", tools);
  EXPECT_EQ(count("gpt-4o", tools + R"(,"tool_choice":"none")"), automatic + 1);
  EXPECT_EQ(count("gpt-4o", tools + R"(,"tool_choice":{"type":"function","function":{"name":"f"}})"),
            automatic + 5);
  EXPECT_EQ(count("gpt-4o", std::string(hello) + R"(,"tool_choice":"none")"), 9U);
}

TEST(input_counter, counts_the_systems_message_and_tools_as_one) {
  constexpr std::string_view tools = R"(,"tools":[{"type":"function","function":{"name":"f"}}])";
  const std::string system = R"("messages":[{"role":"system","content":"Hello"}])";
  const std::string user = R"("messages":[{"role":"user","content":"Hello"}])";
  EXPECT_EQ(count("gpt-4o", system + std::string(tools)),
            count("gpt-4o", user + std::string(tools)) + 1 - 4);  // a line break
}

TEST(input_counter, uses_the_encoding_of_the_model) {
  constexpr std::string_view chinese =
      R"("messages":[{"role":"user","content":"你好世界，今天天气怎么样？"}])";
  EXPECT_LT(count("gpt-4o", chinese), count("gpt-4", chinese));
  EXPECT_EQ(count("somebody-s-own", chinese), count("gpt-4o", chinese));
}

TEST(input_counter, reads_the_size_of_a_picture_and_takes_others_flat) {
  EXPECT_EQ(
      count("gpt-4o",
            R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"detail":"low","url":)"
            R"("data:image\/gif;base64,R0lGODlhQAHIAIAA"}}]}])"),
      3 + 3 + 1 + 85U);
  EXPECT_EQ(count("gpt-4o", R"("messages":[{"role":"user","content":[{"type":"image_url",)"
                            R"("image_url":{"url":"https://a/b.png"}}]}])"),
            3 + 3 + 1 + 765U);
}

std::string large_body(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "The weir lets through what the river below can carry. ";
  return R"({"model":"gpt-4o","messages":[{"role":"system","content":"short"},{"role":"user","content":")" +
         text + R"("},{"role":"user","content":")" + text + "\"}]}";
}

// Counts all of them at the same time, as a worker does. `iterations` is the number of times that the loop
// could run other work meanwhile.
std::vector<std::uint32_t> in_chunks(const std::vector<openai::chat_request>& requests, std::uint32_t enough,
                                     int* iterations = nullptr) {
  asio::io_context loop{1};
  input_counter counter(encodings, caches);
  std::vector<std::uint32_t> counts;
  for (const auto& request : requests) {
    asio::co_spawn(loop, counter.count_in_chunks(request, enough),
                   [&](std::exception_ptr thrown, std::optional<std::uint32_t> n) {
                     EXPECT_EQ(thrown, nullptr);
                     counts.push_back(n.value());
                   });
  }
  std::function<void()> other = [&] {
    if (counts.size() == requests.size()) return;
    if (iterations != nullptr) ++*iterations;
    asio::post(loop, other);
  };
  asio::post(loop, other);
  loop.run();
  return counts;
}

std::vector<openai::chat_request> requests_of(std::string_view body, std::size_t how_many = 1) {
  std::vector<openai::chat_request> all;
  while (all.size() < how_many) all.push_back(request_of(body));
  return all;
}

constexpr std::uint32_t all_of_it = 0xffffffffU;

TEST(input_counter, counts_the_same_in_chunks_and_lets_others_work_between_them) {
  const auto requests = requests_of(large_body(200'000));
  input_counter counter(encodings, caches);
  EXPECT_FALSE(input_counter::is_small(requests[0]));
  int iterations = 0;
  EXPECT_EQ(in_chunks(requests, all_of_it, &iterations), std::vector{counter.count(requests[0])});
  EXPECT_GE(iterations, 400'000 / static_cast<int>(input_counter::chunk_bytes) - 2);
}

TEST(input_counter, runs_one_chunk_an_iteration_however_many_requests_are_counted) {
  const auto requests = requests_of(large_body(200'000), 6);
  input_counter counter(encodings, caches);
  int iterations = 0;
  EXPECT_EQ(in_chunks(requests, all_of_it, &iterations), std::vector(6, counter.count(requests[0])));
  EXPECT_GE(iterations, 6 * (400'000 / static_cast<int>(input_counter::chunk_bytes) - 2));
}

TEST(input_counter, splits_texts_of_one_letter_each) {
  std::string messages;
  while (messages.size() < 300'000) messages += R"({"role":"user","content":"a"},)";
  messages.pop_back();
  const auto requests = requests_of(R"({"model":"gpt-4o","messages":[)" + messages + "]}");
  input_counter counter(encodings, caches);
  int iterations = 0;
  EXPECT_EQ(in_chunks(requests, all_of_it, &iterations), std::vector{counter.count(requests[0])});
  EXPECT_GE(iterations, 20);
}

TEST(input_counter, ends_counts_when_it_shuts_down) {
  const auto requests = requests_of(large_body(200'000), 3);
  asio::io_context loop{1};
  input_counter counter(encodings, caches);
  std::vector<std::optional<std::uint32_t>> counts;
  for (const auto& request : requests) {
    asio::co_spawn(loop, counter.count_in_chunks(request, all_of_it),
                   [&](const std::exception_ptr&, std::optional<std::uint32_t> n) { counts.push_back(n); });
  }
  asio::post(loop, [&] { counter.shut_down(); });
  loop.run();
  EXPECT_EQ(counts, std::vector<std::optional<std::uint32_t>>(3));
}

TEST(input_counter, stops_counting_where_it_is_enough) {
  const std::uint32_t stopped = in_chunks(requests_of(large_body(200'000)), 1000).at(0);
  EXPECT_GT(stopped, 1000U);
  EXPECT_LT(stopped, 1000 + input_counter::chunk_bytes);
}

TEST(input_counter, knows_a_lower_bound_without_counting) {
  input_counter counter(encodings, caches);
  for (const std::string& body : {large_body(10), large_body(20'000)}) {
    const openai::chat_request request = request_of(body);
    EXPECT_LE(input_counter::at_least(request), counter.count(request));
    EXPECT_GE(input_counter::at_least(request), request.text.size() / input_counter::longest_token_bytes);
  }
}

}  // namespace
}  // namespace weir::api
