#include "engine/chat/template/objects.h"

#include <algorithm>

#include "engine/chat/template/operators.h"
#include "engine/chat/template/template_error.h"

namespace siskin::jinja {

std::optional<Value> Namespace::attribute(Heap&, std::string_view name) {
    const Value* value = attributes_->find_name(name);
    return value ? std::optional(*value) : std::nullopt;
}

void Namespace::set(Heap& heap, std::string_view name, Value value) {
    heap.set(*attributes_, heap.text(name, Origin::Template), std::move(value));
}

std::optional<Value> Loop::attribute(Heap& heap, std::string_view name) {
    const size_t n = items_.size();
    if (name == "index") return index_ + 1;
    if (name == "index0") return index_;
    if (name == "revindex") return n - index_;
    if (name == "revindex0") return n - index_ - 1;
    if (name == "first") return index_ == 0;
    if (name == "last") return index_ + 1 == n;
    if (name == "length") return n;
    if (name == "depth") return depth_;
    if (name == "depth0") return depth_ - 1;
    if (name == "previtem" && index_ > 0) return items_[index_ - 1];
    if (name == "nextitem" && index_ + 1 < n) return items_[index_ + 1];
    if (const Builtin* method = find_loop_method(name)) return heap.object<BoundBuiltin>(*method, Value(this));
    return std::nullopt;
}

Value Loop::call(Interpreter& interpreter, Arguments& arguments) {
    if (!for_.recursive) return Object::call(interpreter, arguments);
    if (arguments.positional.size() != 1) complain("loop() takes one argument");
    Heap& heap = interpreter.heap();
    Loop* inner = heap.object<Loop>(for_, iterate(heap, arguments.positional[0]), depth_ + 1);
    return interpreter.capture([&] { inner->run(interpreter); });
}

Flow Loop::run(Interpreter& interpreter) {
    Scope* scope = interpreter.new_scope(interpreter.scope());
    return interpreter.in_scope(scope, [&] {
        for (index_ = 0; index_ < items_.size(); ++index_) {
            scope->variables.clear();
            scope->set(interpreter.tree().loop, Value(this));
            interpreter.assign(for_.target, items_[index_]);
            if (interpreter.execute(for_.body) == Flow::Break) break;
        }
        return Flow::Next;
    });
}

Value Loop::cycle(const std::vector<Value>& choices) const {
    if (choices.empty()) complain("cycle() takes at least one argument");
    return choices[index_ % choices.size()];
}

bool Loop::changed(Heap& heap, const std::vector<Value>& values) {
    const auto same = [&](const Value& a, const Value& b) { return is_equal(heap, a, b); };
    if (last_values_ && std::equal(values.begin(), values.end(), last_values_->begin(), last_values_->end(), same))
        return false;
    last_values_ = values;
    return true;
}

std::optional<Value> MacroObject::attribute(Heap& heap, std::string_view name) {
    if (name == "name") return heap.text(*macro_.name, Origin::Template);
    if (name != "arguments") return std::nullopt;
    std::vector<Value> names;
    for (const auto& [parameter, fallback] : macro_.parameters)
        names.push_back(heap.text(*parameter, Origin::Template));
    return heap.tuple(std::move(names));
}

Value MacroObject::call(Interpreter& interpreter, Arguments& arguments) {
    Scope* scope = interpreter.new_scope(scope_);
    return interpreter.in_scope(scope, [&] {
        bind(interpreter, *scope, arguments);
        return interpreter.capture([&] { interpreter.execute(macro_.body); });
    });
}

void MacroObject::bind(Interpreter& interpreter, Scope& scope, Arguments& arguments) const {
    Heap& heap = interpreter.heap();
    const TemplateTree& tree = interpreter.tree();
    std::vector<Value>& positional = arguments.positional;
    const size_t n_named = macro_.parameters.size(), n_given = std::min(positional.size(), n_named);
    for (size_t i = 0; i < n_given; ++i) scope.set(macro_.parameters[i].first, positional[i]);
    positional.erase(positional.begin(), positional.begin() + static_cast<ptrdiff_t>(n_given));

    Dict* more = heap.dict();
    for (auto& [name, value] : arguments.named) {
        const auto parameter =
            std::find_if(macro_.parameters.begin(), macro_.parameters.end(),
                         [&, &wanted = name](const auto& candidate) { return *candidate.first == wanted; });
        if (parameter != macro_.parameters.end()) {
            if (scope.find(parameter->first)) complain("macro '", *macro_.name, "' got '", name, "' twice");
            scope.set(parameter->first, value);
        } else if (name == *tree.caller) {
            scope.set(tree.caller, value);
        } else if (macro_.takes_kwargs) {
            heap.set(*more, heap.text(name, Origin::Data), value);
        } else {
            complain("macro '", *macro_.name, "' takes no argument '", name, "'");
        }
    }
    if (!positional.empty() && !macro_.takes_varargs)
        complain("macro '", *macro_.name, "' takes not more than ", n_named, " argument(s)");
    if (macro_.takes_varargs) scope.set(tree.varargs, heap.tuple(std::move(positional)));
    if (macro_.takes_kwargs) scope.set(tree.kwargs, more);

    for (const auto& [name, fallback] : macro_.parameters)
        if (!scope.find(name))
            scope.set(name, fallback ? interpreter.evaluate(*fallback) : Value(Undefined{nullptr, name}));
}

}  // namespace siskin::jinja
