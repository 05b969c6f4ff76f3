#pragma once
// Expecting an Error of a kind whose message names what is wrong.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "formats/error.h"

namespace siskin::test {

/// Calls action() and expects an Error(BadData) whose message contains `named`.
template <class Action>
void expect_bad_data(Action&& action, std::string_view named) {
    try {
        action();
        ADD_FAILURE() << "no error, expected one that names " << named;
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::BadData) << error.what();
        EXPECT_NE(std::string_view(error.what()).find(named), std::string_view::npos)
            << "\"" << error.what() << "\" does not name " << named;
    }
}

}  // namespace siskin::test
