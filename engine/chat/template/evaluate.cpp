// What the expressions of a template are worth.

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/interpreter.h"
#include "engine/chat/template/objects.h"
#include "engine/chat/template/operators.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"

namespace siskin::jinja {

Value Constant::evaluate(Interpreter&) const { return value; }

Value Variable::evaluate(Interpreter& interpreter) const { return interpreter.lookup(name); }

Value Sequence::evaluate(Interpreter& interpreter) const {
    std::vector<Value> values;
    for (const ExpressionRef& item : items) values.push_back(interpreter.evaluate(*item));
    return interpreter.heap().list(std::move(values), kind);
}

Value Mapping::evaluate(Interpreter& interpreter) const {
    Dict* dict = interpreter.heap().dict();
    for (const auto& [key, value] : entries) {
        const Value computed = interpreter.evaluate(*key);
        interpreter.heap().set(*dict, computed, interpreter.evaluate(*value));
    }
    return dict;
}

Value Unary::evaluate(Interpreter& interpreter) const {
    const Value value = interpreter.evaluate(*operand);
    if (op == UnaryOp::Not) return !is_true(value);
    return op == UnaryOp::Minus ? negative(value) : positive(value);
}

Value Binary::evaluate(Interpreter& interpreter) const {
    const Value a = interpreter.evaluate(*left);
    if (op == BinaryOp::Or) return is_true(a) ? a : interpreter.evaluate(*right);
    if (op == BinaryOp::And) return is_true(a) ? interpreter.evaluate(*right) : a;
    return calculate(interpreter.heap(), op, a, interpreter.evaluate(*right));
}

Value Join::evaluate(Interpreter& interpreter) const {
    Text text;
    for (const ExpressionRef& part : parts) append_str(interpreter.heap(), text, interpreter.evaluate(*part));
    return interpreter.heap().text(std::move(text));
}

Value Comparison::evaluate(Interpreter& interpreter) const {
    Value left = interpreter.evaluate(*first);
    for (const auto& [op, operand] : rest) {
        Value right = interpreter.evaluate(*operand);
        if (!compare(interpreter.heap(), op, left, right)) return false;
        left = std::move(right);
    }
    return true;
}

Value Choice::evaluate(Interpreter& interpreter) const {
    if (is_true(interpreter.evaluate(*condition))) return interpreter.evaluate(*yes);
    return no ? interpreter.evaluate(*no) : Value();
}

Value Attribute::evaluate(Interpreter& interpreter) const {
    return attribute_of(interpreter.heap(), interpreter.evaluate(*object), name);
}

Value Subscript::evaluate(Interpreter& interpreter) const {
    const Value value = interpreter.evaluate(*object);
    return item_of(interpreter.heap(), value, interpreter.evaluate(*key));
}

Value Slice::evaluate(Interpreter& interpreter) const {
    const Value value = interpreter.evaluate(*object);
    const auto part = [&](const ExpressionRef& expression) {
        return expression ? interpreter.evaluate(*expression) : Value(None{});
    };
    const Value from = part(begin), to = part(end), by = part(step);
    return slice_of(interpreter.heap(), value, from, to, by);
}

Value Call::evaluate(Interpreter& interpreter) const {
    // A method is called on the spot; only where one is passed around it becomes an object.
    if (const auto* method = dynamic_cast<const Attribute*>(callee.get())) {
        const Value subject = interpreter.evaluate(*method->object);
        const Builtin* builtin = find_method(subject, *method->name);
        const Value function = builtin ? Value() : attribute_of(interpreter.heap(), subject, method->name);
        Arguments values = interpreter.evaluate_all(arguments);
        return builtin ? call_builtin(interpreter, *builtin, subject, values) : interpreter.call(function, values);
    }
    const Value function = interpreter.evaluate(*callee);
    Arguments values = interpreter.evaluate_all(arguments);
    return interpreter.call(function, values);
}

Value Filter::evaluate(Interpreter& interpreter) const {
    const Builtin* filter = find_filter(*name);
    if (!filter) complain("no filter named '", *name, "'");
    const Value value = interpreter.evaluate(*subject);
    Arguments values = interpreter.evaluate_all(arguments);
    return call_builtin(interpreter, *filter, value, values);
}

Value Test::evaluate(Interpreter& interpreter) const {
    const Builtin* test = find_test(*name);
    if (!test) complain("no test named '", *name, "'");
    const Value value = interpreter.evaluate(*subject);
    Arguments values = interpreter.evaluate_all(arguments);
    return is_true(call_builtin(interpreter, *test, value, values)) != negated;
}

Value Captured::evaluate(Interpreter& interpreter) const {
    return interpreter.in_scope(interpreter.new_scope(interpreter.scope()),
                                [&] { return interpreter.capture([&] { interpreter.execute(body); }); });
}

}  // namespace siskin::jinja
