// weir: reads the subcommand and hands the rest to the room it belongs to.
#include <string_view>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "version") return std::puts("weir 0.1.0") < 0;
  std::fputs("usage: weir serve | check | load | version\n", stderr);
  return 2;
}
