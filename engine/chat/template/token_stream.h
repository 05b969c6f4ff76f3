#pragma once
// What both halves of the parser share: a place in the tokens, the names of the tree, and how deep it has become.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/chat/template/lexer.h"
#include "engine/chat/template/limits.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/tree.h"

namespace siskin::jinja {

class TokenStream {
  public:
    TokenStream(std::vector<TemplateToken> tokens, TemplateTree& tree) : tokens_(std::move(tokens)), tree_(tree) {}

    const TemplateToken& peek() const { return tokens_[at_]; }
    const TemplateToken& peek_next() const { return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_]; }
    const TemplateToken& take() { return peek().kind == TokenKind::End ? peek() : tokens_[at_++]; }
    int line() const { return peek().line; }
    int last_line() const { return tokens_[at_ > 0 ? at_ - 1 : 0].line; }  ///< of what was taken last

    bool at(TokenKind kind) const { return peek().kind == kind; }
    bool at_operator(std::string_view text) const { return at(TokenKind::Operator) && peek().text == text; }
    bool at_name(std::string_view text) const { return at(TokenKind::Name) && peek().text == text; }

    bool take_operator(std::string_view text) { return at_operator(text) && (take(), true); }
    bool take_name(std::string_view text) { return at_name(text) && (take(), true); }

    void expect_operator(std::string_view text) {
        if (!take_operator(text)) expected("'" + std::string(text) + "'");
    }
    void expect_name(std::string_view text) {
        if (!take_name(text)) expected("'" + std::string(text) + "'");
    }
    void expect(TokenKind kind) {
        if (!at(kind)) expected(describe({kind, "", 0}));
        take();
    }
    NameRef expect_any_name() {
        if (!at(TokenKind::Name)) expected("a name");
        return tree_.name(take().text);
    }

    [[noreturn]] void expected(const std::string& what) const {
        throw TemplateError(line(), "expected " + what + ", got " + describe(peek()));
    }

    TemplateTree& tree() { return tree_; }

    /// Counts nesting while it lives. To the left a.b.c and a + b + c are nested as well.
    class Level {
      public:
        explicit Level(TokenStream& stream) : stream_(stream) {}
        ~Level() { stream_.depth_ -= levels_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

        void deeper() {
            stream_.deeper();
            ++levels_;
        }

      private:
        TokenStream& stream_;
        size_t levels_ = 0;
    };

  private:
    void deeper() {
        const size_t limit = kMaxTemplateNesting;
        if (++depth_ > limit) throw TemplateError(line(), "nested deeper than " + std::to_string(limit) + " levels");
    }

    std::vector<TemplateToken> tokens_;
    TemplateTree& tree_;
    size_t at_ = 0;
    size_t depth_ = 0;
};

template <class Node>
std::unique_ptr<Node> make_node(const TokenStream& stream) {
    auto node = std::make_unique<Node>();
    node->line = stream.line();
    return node;
}

}  // namespace siskin::jinja
