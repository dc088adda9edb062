#pragma once
/// Catch2, of either generation.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

/// Equal but for rounding.
#if __has_include(<catch2/catch_all.hpp>)
using near = Catch::Approx;
#else
using near = Approx;
#endif
