#pragma once
// Tokens to a tree, by the grammar of Jinja 3.1.

#include <string_view>

#include "engine/chat/template/tree.h"

namespace siskin::jinja {

/// Throws TemplateError for what is no template, and for one that is nested deeper than kMaxTemplateNesting.
TemplateTree parse_template(std::string_view source);

}  // namespace siskin::jinja
