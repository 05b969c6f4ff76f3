#pragma once
// The half of the parser that reads expressions.

#include "engine/chat/template/token_stream.h"

namespace siskin::jinja {

class ExpressionParser {
  public:
    explicit ExpressionParser(TokenStream& stream) : stream_(stream) {}

    /// A whole expression; with `choice` off, "x if y" ends before the "if", as in the head of a loop.
    ExpressionRef parse(bool choice = true);
    /// The same, or several with commas between them: a tuple.
    ExpressionRef parse_tuple(bool choice = true);
    /// What {% call %} calls, before its arguments.
    ExpressionRef parse_callee();
    /// "(a, b=c, *d, **e)".
    CallArguments parse_arguments();
    /// "name(arguments) | more", applied to `subject`.
    ExpressionRef parse_filters(ExpressionRef subject);

    /// The special names of macros that were read so far; who parses a macro clears them before.
    bool saw_varargs = false, saw_kwargs = false;

  private:
    ExpressionRef parse_or();
    ExpressionRef parse_and();
    ExpressionRef parse_not();
    ExpressionRef parse_comparison();
    ExpressionRef parse_sum();
    ExpressionRef parse_join();
    ExpressionRef parse_product();
    ExpressionRef parse_power();
    ExpressionRef parse_unary(bool with_filters);
    ExpressionRef parse_primary();
    ExpressionRef parse_word();
    ExpressionRef parse_string();
    ExpressionRef parse_number();
    ExpressionRef parse_parenthesis();
    ExpressionRef parse_list();
    ExpressionRef parse_dict();
    ExpressionRef parse_postfix(ExpressionRef subject);
    ExpressionRef parse_dot(ExpressionRef subject);
    ExpressionRef parse_subscript(ExpressionRef subject);
    ExpressionRef parse_call(ExpressionRef subject);
    ExpressionRef parse_filter(ExpressionRef subject);
    ExpressionRef parse_test(ExpressionRef subject);
    bool at_test_argument() const;
    NameRef parse_dotted_name();
    ExpressionRef constant(Value value);

    TokenStream& stream_;
};

}  // namespace siskin::jinja
