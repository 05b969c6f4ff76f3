#pragma once
// Tests that run once for each instruction set (see tests/CMakeLists.txt): SISKIN_ISA says which.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

#include "ops/kernels.h"

namespace siskin::test {

/// Skips where SISKIN_ISA names a kernel table that this build does not have or this processor cannot run.
class IsaTest : public testing::Test {
  protected:
    void SetUp() override {
        const char* wanted = std::getenv("SISKIN_ISA");
        if (!wanted) return;
        for (const Kernels* table : all_kernels())
            if (table->name == std::string_view(wanted) && can_run(*table)) return;
        GTEST_SKIP() << "no kernels for " << wanted << " here";
    }
};

}  // namespace siskin::test
