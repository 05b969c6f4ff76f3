#include "engine/chat/template/parser.h"

#include <initializer_list>

#include "engine/chat/template/parse_expression.h"

namespace siskin::jinja {
namespace {

class StatementParser {
  public:
    explicit StatementParser(TokenStream& stream) : stream_(stream), expressions_(stream) {}

    Body parse_all() {
        Body body = parse_until({});
        if (!stream_.at(TokenKind::End)) stream_.expected("the end of the template");
        return body;
    }

  private:
    /// Statements up to a tag that begins with one of these words; the tag is taken up to that word, which is left.
    Body parse_until(std::initializer_list<std::string_view> ends) {
        TokenStream::Level level(stream_);
        level.deeper();
        Body body;
        const int begin_line = stream_.last_line();
        for (;;) {
            switch (stream_.peek().kind) {
                case TokenKind::Data:
                    body.push_back(parse_data());
                    break;
                case TokenKind::VariableBegin:
                    body.push_back(parse_output());
                    break;
                case TokenKind::BlockBegin:
                    stream_.take();
                    for (const std::string_view end : ends)
                        if (stream_.at_name(end)) return body;
                    body.push_back(parse_tag());
                    break;
                default:
                    if (ends.size() == 0) return body;
                    throw TemplateError(begin_line, "a block without its {% " + std::string(*(ends.end() - 1)) + " %}");
            }
        }
    }

    Body parse_block(std::string_view end) {
        end_tag();
        Body body = parse_until({end});
        stream_.take();
        return body;
    }

    void end_tag() { stream_.expect(TokenKind::BlockEnd); }

    StatementRef parse_data() {
        auto node = make_node<Literal>(stream_);
        node->text = Text(stream_.take().text, Origin::Template);
        return node;
    }

    StatementRef parse_output() {
        stream_.take();
        auto node = make_node<Output>(stream_);
        node->value = expressions_.parse_tuple();
        stream_.expect(TokenKind::VariableEnd);
        return node;
    }

    /// What follows "{%", up to and including its "%}".
    StatementRef parse_tag() {
        struct Tag {
            std::string_view name;
            StatementRef (StatementParser::*parse)();
        };
        static constexpr Tag kTags[] = {
            {"if", &StatementParser::parse_if},       {"for", &StatementParser::parse_for},
            {"set", &StatementParser::parse_set},     {"macro", &StatementParser::parse_macro},
            {"call", &StatementParser::parse_call},   {"filter", &StatementParser::parse_filter_block},
            {"with", &StatementParser::parse_with},   {"generation", &StatementParser::parse_generation},
            {"break", &StatementParser::parse_break}, {"continue", &StatementParser::parse_continue},
        };
        for (const Tag& tag : kTags) {
            if (!stream_.take_name(tag.name)) continue;
            StatementRef statement = (this->*tag.parse)();
            end_tag();
            return statement;
        }
        stream_.expected("a tag that chat templates have");
    }

    StatementRef parse_if() {
        auto node = make_node<If>(stream_);
        do {
            ExpressionRef condition = expressions_.parse_tuple(false);
            end_tag();
            node->branches.emplace_back(std::move(condition), parse_until({"elif", "else", "endif"}));
        } while (stream_.take_name("elif"));
        if (stream_.take_name("else")) {
            end_tag();
            node->otherwise = parse_until({"endif"});
        }
        stream_.expect_name("endif");
        return node;
    }

    StatementRef parse_for() {
        auto node = make_node<For>(stream_);
        node->target = parse_targets();
        stream_.expect_name("in");
        node->items = expressions_.parse_tuple(false);
        if (stream_.take_name("if")) node->condition = expressions_.parse();
        node->recursive = stream_.take_name("recursive");
        end_tag();
        ++loops_;
        node->body = parse_until({"else", "endfor"});
        --loops_;
        if (stream_.take_name("else")) {
            end_tag();
            node->otherwise = parse_until({"endfor"});
        }
        stream_.expect_name("endfor");
        return node;
    }

    StatementRef parse_break() { return parse_jump(Flow::Break); }
    StatementRef parse_continue() { return parse_jump(Flow::Continue); }

    StatementRef parse_jump(Flow flow) {
        if (loops_ == 0) throw TemplateError(stream_.line(), "'break' and 'continue' belong inside a loop");
        auto node = make_node<LoopJump>(stream_);
        node->flow = flow;
        return node;
    }

    StatementRef parse_set() {
        auto node = make_node<Set>(stream_);
        node->target = parse_targets();
        if (stream_.take_operator("=")) {
            node->value = expressions_.parse_tuple();
            return node;
        }
        auto captured = make_node<Captured>(stream_);
        Captured& text = *captured;
        node->value =
            stream_.take_operator("|") ? expressions_.parse_filters(std::move(captured)) : std::move(captured);
        text.body = parse_separate("endset");
        return node;
    }

    StatementRef parse_filter_block() {
        auto node = make_node<Output>(stream_);
        auto captured = make_node<Captured>(stream_);
        Captured& text = *captured;
        node->value = expressions_.parse_filters(std::move(captured));
        text.body = parse_separate("endfilter");
        return node;
    }

    StatementRef parse_with() {
        auto node = make_node<With>(stream_);
        while (!stream_.at(TokenKind::BlockEnd)) {
            Target target = parse_target();
            stream_.expect_operator("=");
            node->values.emplace_back(std::move(target), expressions_.parse());
            if (!stream_.at(TokenKind::BlockEnd)) stream_.expect_operator(",");
        }
        node->body = parse_block("endwith");
        return node;
    }

    /// {% generation %} marks answers for training; for rendering it is a block with variables of its own.
    StatementRef parse_generation() {
        auto node = make_node<With>(stream_);
        node->body = parse_separate("endgeneration");
        return node;
    }

    StatementRef parse_macro() {
        auto node = make_node<Macro>(stream_);
        node->macro.name = stream_.expect_any_name();
        node->macro.parameters = parse_parameters();
        parse_macro_body(node->macro, "endmacro");
        return node;
    }

    StatementRef parse_call() {
        auto node = make_node<CallBlock>(stream_);
        node->caller.name = stream_.tree().name("caller");
        std::vector<std::pair<NameRef, ExpressionRef>> parameters;
        if (stream_.at_operator("(")) parameters = parse_parameters();
        node->callee = expressions_.parse_callee();
        node->arguments = expressions_.parse_arguments();
        node->caller.parameters = std::move(parameters);
        parse_macro_body(node->caller, "endcall");
        return node;
    }

    void parse_macro_body(MacroBody& macro, std::string_view end) {
        const bool outer_varargs = std::exchange(expressions_.saw_varargs, false);
        const bool outer_kwargs = std::exchange(expressions_.saw_kwargs, false);
        macro.body = parse_separate(end);
        macro.takes_varargs = std::exchange(expressions_.saw_varargs, outer_varargs);
        macro.takes_kwargs = std::exchange(expressions_.saw_kwargs, outer_kwargs);
    }

    std::vector<std::pair<NameRef, ExpressionRef>> parse_parameters() {
        std::vector<std::pair<NameRef, ExpressionRef>> parameters;
        stream_.expect_operator("(");
        while (!stream_.at_operator(")")) {
            const NameRef name = stream_.expect_any_name();
            ExpressionRef fallback;
            if (stream_.take_operator("=")) fallback = expressions_.parse();
            parameters.emplace_back(name, std::move(fallback));
            if (!stream_.at_operator(")")) stream_.expect_operator(",");
        }
        stream_.take();
        return parameters;
    }

    /// A body that a surrounding loop's break does not reach into.
    Body parse_separate(std::string_view end) {
        const int outer_loops = std::exchange(loops_, 0);
        Body body = parse_block(end);
        loops_ = outer_loops;
        return body;
    }

    Target parse_targets() {
        Target first = parse_target();
        if (!stream_.at_operator(",")) return first;
        Target all;
        all.parts.push_back(std::move(first));
        while (stream_.take_operator(","))
            if (stream_.at(TokenKind::Name) || stream_.at_operator("(")) all.parts.push_back(parse_target());
        return all;
    }

    Target parse_target() {
        TokenStream::Level level(stream_);
        level.deeper();
        if (stream_.take_operator("(")) {
            Target inside = parse_targets();
            stream_.expect_operator(")");
            return inside;
        }
        const int line = stream_.line();
        Target target;
        target.name = stream_.expect_any_name();
        for (const char* constant : {"true", "false", "none", "True", "False", "None"})
            if (*target.name == constant) throw TemplateError(line, "cannot assign to '" + *target.name + "'");
        if (stream_.take_operator(".")) target.attribute = stream_.expect_any_name();
        return target;
    }

    TokenStream& stream_;
    ExpressionParser expressions_;
    int loops_ = 0;  // around the current place
};

}  // namespace

TemplateTree parse_template(std::string_view source) {
    TemplateTree tree;
    TokenStream stream(lex_template(source), tree);
    tree.body = StatementParser(stream).parse_all();
    return tree;
}

}  // namespace siskin::jinja
