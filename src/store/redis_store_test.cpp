#include "store/redis_store.hpp"
