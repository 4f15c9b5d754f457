#include "redis/url.hpp"

#include <gtest/gtest.h>

namespace weir::redis {
namespace {

struct good_row {
  std::string_view url, described, user, password;
};

TEST(redis_url, reads_every_form) {
  for (const good_row& row : std::initializer_list<good_row>{
           {"redis://localhost:6379/0", "localhost:6379/0", "", ""},
           {"redis://localhost", "localhost:6379/0", "", ""},
           {"redis://cache.internal:7000/", "cache.internal:7000/0", "", ""},
           {"redis://10.0.0.7:1/15", "10.0.0.7:1/15", "", ""},
           {"redis://[::1]:6380/2", "[::1]:6380/2", "", ""},
           {"redis://[fe80::1]", "[fe80::1]:6379/0", "", ""},
           {"redis://:secret@host", "host:6379/0", "", "secret"},
           {"redis://ann:secret@host:1/3", "host:1/3", "ann", "secret"},
           {"redis://a%40b:p%3A%2f%25@host", "host:6379/0", "a@b", "p:/%"},
           {"redis://ann:p/a@s:s@host:1/3", "host:1/3", "ann", "p/a@s:s"},
           {"unix:///run/redis.sock", "unix:/run/redis.sock?db=0", "", ""},
           {"unix:///run/my%20redis.sock?db=4", "unix:/run/my redis.sock?db=4", "", ""},
           {"unix://:secret@/run/redis.sock?db=1", "unix:/run/redis.sock?db=1", "", "secret"},
       }) {
    const auto r = parse_url(row.url);
    ASSERT_TRUE(r) << row.url << ": " << r.error().message;
    EXPECT_EQ(r->describe(), row.described);
    EXPECT_EQ(r->user, row.user) << row.url;
    EXPECT_EQ(r->password, row.password) << row.url;
  }
}

struct bad_row {
  std::string_view url, what;
};

TEST(redis_url, refuses_with_a_reason_and_without_the_password) {
  for (const bad_row& row : std::initializer_list<bad_row>{
           {"", "must begin with"},
           {"localhost:6379", "must begin with"},
           {"http://hunter2@host", "must begin with"},
           {"rediss://host", "TLS"},
           {"redis://", "host is missing"},
           {"redis://:6379", "host is missing"},
           {"redis://host:0", "port"},
           {"redis://host:65536", "port"},
           {"redis://host:", "port"},
           {"redis://host:12x", "port"},
           {"redis://host/x", "database"},
           {"redis://host/1/2", "database"},
           {"redis://host/-1", "database"},
           {"redis://host?db=1", "no parameters"},
           {"redis://::1", "brackets"},
           {"redis://[::1", "bracket"},
           {"redis://[::1]6379", "only :port"},
           {"redis://hunter2@host", "needs a password"},
           {"redis://a:hunter2%4@host", "percent"},
           {"redis://a:hunter2%zz@host", "percent"},
           {"redis://a:hunter2%00@host", "percent"},
           {"redis://a:hunter2@host:port", "port"},
           {"unix://", "path of the socket is missing"},
           {"unix:///", "path of the socket is missing"},
           {"unix://run/redis.sock", "no host"},
           {"unix:///run/redis.sock?db=x", "database"},
           {"unix:///run/redis.sock?password=hunter2", "only parameter"},
           {"unix:///run/redis%2", "percent"},
       }) {
    const auto r = parse_url(row.url);
    ASSERT_FALSE(r) << row.url;
    EXPECT_NE(r.error().message.find(row.what), std::string::npos) << row.url << ": " << r.error().message;
    EXPECT_EQ(r.error().message.find("hunter2"), std::string::npos) << r.error().message;
  }
}

TEST(redis_url, refuses_a_path_that_no_socket_can_have) {
  EXPECT_TRUE(parse_url("unix:///" + std::string(106, 'a')));
  EXPECT_FALSE(parse_url("unix:///" + std::string(107, 'a')));
}

}  // namespace
}  // namespace weir::redis
