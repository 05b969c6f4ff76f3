#include "engine/chat/template/interpreter.h"

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/objects.h"
#include "engine/chat/template/operators.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"

namespace siskin::jinja {
namespace {

/// Runs a node; what it complains about gets its line.
template <class Node>
auto with_line(int line, Node&& node) {
    try {
        return node();
    } catch (const RefusalComplaint& refusal) {
        throw TemplateRefusal(line, refusal.what());
    } catch (const TemplateComplaint& complaint) {
        throw TemplateError(line, complaint.what());
    }
}

}  // namespace

const Value* Scope::find(NameRef name) const {
    for (const auto& [variable, value] : variables)
        if (variable == name) return &value;
    return nullptr;
}

void Scope::set(NameRef name, Value value) {
    for (auto& [variable, old] : variables) {
        if (variable != name) continue;
        old = std::move(value);
        return;
    }
    variables.emplace_back(name, std::move(value));
}

/// One level of C++ calls, as long as it lives.
class Interpreter::Depth {
  public:
    explicit Depth(Interpreter& interpreter) : depth_(interpreter.depth_) {
        interpreter.heap_.work(1);
        const size_t limit = interpreter.heap_.limits().depth;
        if (depth_ >= limit) complain("goes deeper than ", limit, " levels; does a macro call itself without end?");
        ++depth_;
    }
    ~Depth() { --depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

  private:
    size_t& depth_;
};

Interpreter::Interpreter(const TemplateTree& tree, Heap& heap, const Dict& context, std::chrono::sys_seconds now)
    : tree_(tree), heap_(heap), context_(context), now_(now), scope_(new_scope(nullptr)) {}

Text Interpreter::render() {
    execute(tree_.body);
    return std::move(output_);
}

Value Interpreter::evaluate(const Expression& expression) {
    return with_line(expression.line, [&] {
        const Depth depth(*this);
        return expression.evaluate(*this);
    });
}

Flow Interpreter::execute(const Body& body) {
    for (const StatementRef& statement : body) {
        const Flow flow = with_line(statement->line, [&] {
            const Depth depth(*this);
            return statement->execute(*this);
        });
        if (flow != Flow::Next) return flow;
    }
    return Flow::Next;
}

Arguments Interpreter::evaluate_all(const CallArguments& arguments) {
    Arguments out;
    for (const ExpressionRef& argument : arguments.positional) out.positional.push_back(evaluate(*argument));
    for (const auto& [name, argument] : arguments.named) out.named.emplace_back(*name, evaluate(*argument));
    if (arguments.more_positional)
        for (Value& value : iterate(heap_, evaluate(*arguments.more_positional)))
            out.positional.push_back(std::move(value));
    if (arguments.more_named) {
        const Value more = evaluate(*arguments.more_named);
        if (!more.dict()) complain("the argument after ** must be a dict, not ", more.type_name());
        for (const auto& [key, value] : more.dict()->entries()) {
            if (!key.text()) complain("the names of arguments must be strings");
            out.named.emplace_back(key.text()->bytes(), value);
        }
    }
    return out;
}

Value Interpreter::capture(const std::function<void()>& write) {
    Text text;
    Text* const outer = std::exchange(out_, &text);
    struct Restore {
        Text *&out, *outer;
        ~Restore() { out = outer; }
    } restore{out_, outer};
    write();
    return heap_.text(std::move(text));
}

void Interpreter::write(const Value& value) { append_str(heap_, *out_, value); }

Value Interpreter::lookup(NameRef name) {
    for (const Scope* scope = scope_; scope; scope = scope->outer) {
        heap_.scan(scope->variables.size());
        if (const Value* value = scope->find(name)) return *value;
    }
    if (const Value* value = context_.find_name(*name)) return *value;
    if (const Builtin* function = find_function(*name)) return heap_.object<BoundBuiltin>(*function, Value());
    return Undefined{nullptr, name};
}

void Interpreter::assign(const Target& target, const Value& value) {
    if (!target.parts.empty()) {
        std::vector<Value> values = iterate(heap_, value);
        if (values.size() != target.parts.size())
            complain("cannot unpack ", values.size(), " values into ", target.parts.size(), " names");
        for (size_t i = 0; i < values.size(); ++i) assign(target.parts[i], values[i]);
    } else if (target.attribute) {
        auto* space = dynamic_cast<Namespace*>(lookup(target.name).object());
        if (!space) complain("'", *target.name, "' is no namespace, its attributes cannot be set");
        space->set(heap_, *target.attribute, value);
    } else {
        heap_.scan(scope_->variables.size());
        scope_->set(target.name, value);
    }
}

Value Interpreter::call(const Value& callee, Arguments& arguments) {
    if (const Undefined* undefined = callee.undefined()) complain(missing_message(*undefined));
    if (!callee.object()) complain("'", callee.type_name(), "' object is not callable");
    return callee.object()->call(*this, arguments);
}

}  // namespace siskin::jinja
