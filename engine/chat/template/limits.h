#pragma once
// What a template may cost. It comes out of a file that anybody may have written.

#include <cstddef>

namespace siskin {

struct TemplateLimits {
    size_t steps = 10'000'000;          ///< about one for each expression, item or 16 bytes of text handled
    size_t memory = size_t{256} << 20;  ///< bytes of values alive at one time
    size_t depth = 1000;                ///< expressions and statements inside one another, calls included
    size_t nesting = 200;               ///< values inside one another
};

/// Brackets, blocks and operators inside one another in the text of a template.
constexpr size_t kMaxTemplateNesting = 200;

}  // namespace siskin
