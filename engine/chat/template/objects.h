#pragma once
// The objects that a template meets: namespaces, loops, macros, and builtins as values.

#include <vector>

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/interpreter.h"

namespace siskin::jinja {

/// Its attributes can be set from inside a loop.
class Namespace final : public Object {
  public:
    explicit Namespace(Dict* attributes) : attributes_(attributes) {}
    const char* type_name() const override { return "Namespace"; }
    std::optional<Value> attribute(Heap& heap, std::string_view name) override;
    void set(Heap& heap, std::string_view name, Value value);

  private:
    Dict* attributes_;
};

/// The variable `loop`.
class Loop final : public Object {
  public:
    Loop(const For& loop, std::vector<Value> items, size_t depth)
        : for_(loop), items_(std::move(items)), depth_(depth) {}
    const char* type_name() const override { return "LoopContext"; }
    std::optional<Value> attribute(Heap& heap, std::string_view name) override;
    /// loop(items) in a recursive loop: the text of the same loop over other items.
    bool callable() const override { return for_.recursive; }
    Value call(Interpreter& interpreter, Arguments& arguments) override;

    /// Runs the loop, in a scope of its own.
    Flow run(Interpreter& interpreter);

    // loop.cycle(…), loop.changed(…)
    Value cycle(const std::vector<Value>& choices) const;
    bool changed(Heap& heap, const std::vector<Value>& values);

  private:
    const For& for_;
    std::vector<Value> items_;
    size_t depth_;  // of recursive loops, from 1
    size_t index_ = 0;
    std::optional<std::vector<Value>> last_values_;
};

class MacroObject final : public Object {
  public:
    MacroObject(const MacroBody& macro, Scope* scope) : macro_(macro), scope_(scope) {}
    const char* type_name() const override { return "Macro"; }
    std::optional<Value> attribute(Heap& heap, std::string_view name) override;
    bool callable() const override { return true; }
    Value call(Interpreter& interpreter, Arguments& arguments) override;

  private:
    void bind(Interpreter& interpreter, Scope& scope, Arguments& arguments) const;

    const MacroBody& macro_;
    Scope* scope_;  // where it was defined
};

/// A function, or a method with the value it belongs to.
class BoundBuiltin final : public Object {
  public:
    BoundBuiltin(const Builtin& builtin, Value subject) : builtin_(builtin), subject_(std::move(subject)) {}
    const char* type_name() const override { return "builtin_function_or_method"; }
    bool callable() const override { return true; }
    Value call(Interpreter& interpreter, Arguments& arguments) override {
        return call_builtin(interpreter, builtin_, subject_, arguments);
    }

  private:
    const Builtin& builtin_;
    Value subject_;
};

}  // namespace siskin::jinja
