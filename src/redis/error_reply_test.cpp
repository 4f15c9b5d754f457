#include "redis/error_reply.hpp"

#include <gtest/gtest.h>

namespace weir::redis {
namespace {

struct row {
  std::string_view text;
  error_meaning meaning;
};

TEST(redis_error_reply, tells_what_proves_that_nothing_ran) {
  for (const row& r : std::initializer_list<row>{
           {"NOSCRIPT No matching script. Please use EVAL.", error_meaning::no_script},
           {"LOADING Redis is loading the dataset in memory", error_meaning::not_run},
           {"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
            error_meaning::not_run},
           {"OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'",
            error_meaning::not_run},
           {"READONLY Can not run script with write flag on readonly replica.", error_meaning::moved_on},
           {"OOM command not allowed script: 94ab, on @user_script:7.", error_meaning::unknown},
           {"ERR user_script:7: bad argument script: 94ab, on @user_script:7.", error_meaning::unknown},
           {"ERR unknown command", error_meaning::unknown},
           {"BUSYKEY Target key name already exists.", error_meaning::unknown},
           {"", error_meaning::unknown},
       })
    EXPECT_EQ(classify_error(r.text), r.meaning) << r.text;
}

}  // namespace
}  // namespace weir::redis
