// Catch2's own main(), compiled here once: it is the slowest file of the tests.
#if __has_include(<catch2/catch_all.hpp>)
// Catch2 3 brings main() in its library.
#else
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
