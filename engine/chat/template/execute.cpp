// What the statements of a template do.

#include "engine/chat/template/interpreter.h"
#include "engine/chat/template/objects.h"
#include "engine/chat/template/operators.h"

namespace siskin::jinja {
namespace {

/// The items of a loop for which its condition holds.
std::vector<Value> wanted_items(Interpreter& interpreter, const For& loop) {
    std::vector<Value> all = iterate(interpreter.heap(), interpreter.evaluate(*loop.items));
    if (!loop.condition) return all;
    std::vector<Value> wanted;
    Scope* scope = interpreter.new_scope(interpreter.scope());
    interpreter.in_scope(scope, [&] {
        for (Value& item : all) {
            interpreter.assign(loop.target, item);
            if (is_true(interpreter.evaluate(*loop.condition))) wanted.push_back(std::move(item));
        }
    });
    return wanted;
}

}  // namespace

Flow Literal::execute(Interpreter& interpreter) const {
    interpreter.write(text);
    return Flow::Next;
}

Flow Output::execute(Interpreter& interpreter) const {
    interpreter.write(interpreter.evaluate(*value));
    return Flow::Next;
}

Flow If::execute(Interpreter& interpreter) const {
    for (const auto& [condition, body] : branches)
        if (is_true(interpreter.evaluate(*condition))) return interpreter.execute(body);
    return interpreter.execute(otherwise);
}

Flow For::execute(Interpreter& interpreter) const {
    std::vector<Value> wanted = wanted_items(interpreter, *this);
    if (wanted.empty()) return interpreter.execute(otherwise);
    interpreter.heap().hold(wanted.size() * sizeof(Value));
    return interpreter.heap().object<Loop>(*this, std::move(wanted), size_t{1})->run(interpreter);
}

Flow LoopJump::execute(Interpreter&) const { return flow; }

Flow Set::execute(Interpreter& interpreter) const {
    interpreter.assign(target, interpreter.evaluate(*value));
    return Flow::Next;
}

Flow With::execute(Interpreter& interpreter) const {
    std::vector<Value> computed;
    for (const auto& [target, value] : values) computed.push_back(interpreter.evaluate(*value));
    return interpreter.in_scope(interpreter.new_scope(interpreter.scope()), [&] {
        for (size_t i = 0; i < values.size(); ++i) interpreter.assign(values[i].first, computed[i]);
        return interpreter.execute(body);
    });
}

Flow Macro::execute(Interpreter& interpreter) const {
    interpreter.scope()->set(macro.name, interpreter.heap().object<MacroObject>(macro, interpreter.scope()));
    return Flow::Next;
}

Flow CallBlock::execute(Interpreter& interpreter) const {
    const Value function = interpreter.evaluate(*callee);
    Arguments values = interpreter.evaluate_all(arguments);
    Object* block = interpreter.heap().object<MacroObject>(caller, interpreter.scope());
    values.named.emplace_back(*interpreter.tree().caller, block);
    interpreter.write(interpreter.call(function, values));
    return Flow::Next;
}

}  // namespace siskin::jinja
