#pragma once
// One rendering of a template: its variables, its output, and where it stands.

#include <chrono>
#include <functional>
#include <vector>

#include "engine/chat/template/heap.h"
#include "engine/chat/template/tree.h"

namespace siskin::jinja {

/// The variables of a template, a loop, a macro call or a block. Reading looks outwards, writing stays inside. Macros
/// refer to the scope they are defined in for as long as they live, so the heap owns it like any object.
struct Scope final : Object {
    explicit Scope(Scope* outer_scope) : outer(outer_scope) {}
    const char* type_name() const override { return "scope"; }

    const Value* find(NameRef name) const;
    void set(NameRef name, Value value);

    Scope* outer;
    std::vector<std::pair<NameRef, Value>> variables;
};

class Interpreter {
  public:
    /// `context` has the caller's variables; `now` is what strftime_now sees. All are kept by reference.
    Interpreter(const TemplateTree& tree, Heap& heap, const Dict& context, std::chrono::sys_seconds now);

    /// The whole template's output. Throws TemplateError.
    Text render();

    // For the nodes of the tree. What complains in them gets the line of the innermost node.
    Value evaluate(const Expression& expression);
    Flow execute(const Body& body);
    Arguments evaluate_all(const CallArguments& arguments);

    /// The text that `write` puts out.
    Value capture(const std::function<void()>& write);
    void write(const Text& text) { out_->append(text); }
    void write(const Value& value);

    /// Runs `inside` with variables of its own.
    template <class Inside>
    auto in_scope(Scope* scope, Inside&& inside) {
        Scope* const outer = std::exchange(scope_, scope);
        struct Restore {
            Scope *&scope, *outer;
            ~Restore() { scope = outer; }
        } restore{scope_, outer};
        return inside();
    }
    Scope* new_scope(Scope* outer) { return heap_.object<Scope>(outer); }
    Scope* scope() const { return scope_; }

    Value lookup(NameRef name);
    void assign(const Target& target, const Value& value);

    Value call(const Value& callee, Arguments& arguments);

    Heap& heap() { return heap_; }
    const TemplateTree& tree() const { return tree_; }
    std::chrono::sys_seconds now() const { return now_; }

  private:
    class Depth;

    const TemplateTree& tree_;
    Heap& heap_;
    const Dict& context_;
    const std::chrono::sys_seconds now_;
    Scope* scope_;
    Text output_;
    Text* out_ = &output_;
    size_t depth_ = 0;
};

}  // namespace siskin::jinja
