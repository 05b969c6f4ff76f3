// Functions that every template can call.

#include <cmath>
#include <ctime>

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/objects.h"
#include "engine/chat/template/operators.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"

namespace siskin::jinja {
namespace {

constexpr Int kLongestRange = 100'000;  // that of Jinja's sandbox

Value range_function(const BuiltinCall& call) {
    const bool one = !call.has(1);
    const Int begin = one ? 0 : call.integer(0), end = one ? call.integer(0) : call.integer(1);
    const Int step = call.integer(2, 1);
    if (step == 0) complain("range() with a step of zero");
    std::vector<Value> items;
    for (Int i = begin; step > 0 ? i < end : i > end;) {
        if (static_cast<Int>(items.size()) >= kLongestRange)
            complain("range() of more than ", print_int(kLongestRange), " numbers");
        items.push_back(i);
        if (__builtin_add_overflow(i, step, &i)) break;
    }
    return call.heap.list(std::move(items), List::Kind::Range);
}

/// dict(mapping or pairs, name=value …), and what namespace() begins with.
Dict* dict_from(const BuiltinCall& call) {
    Heap& heap = call.heap;
    Dict* dict = heap.dict();
    if (call.arguments.positional.size() > 1) complain("at most one argument without a name is taken");
    for (const Value& source : call.arguments.positional) {
        for (const Value& item : iterate(heap, source)) {
            if (source.dict()) {
                heap.set(*dict, item, *source.dict()->find(item));
                continue;
            }
            const std::vector<Value> pair = iterate(heap, item);
            if (pair.size() != 2) complain("pairs are needed to make a dict");
            heap.set(*dict, pair[0], pair[1]);
        }
    }
    for (const auto& [name, value] : call.arguments.named) heap.set(*dict, heap.text(name, Origin::Data), value);
    return dict;
}
Value dict_function(const BuiltinCall& call) { return dict_from(call); }
Value namespace_function(const BuiltinCall& call) { return call.heap.object<Namespace>(dict_from(call)); }

Value raise_function(const BuiltinCall& call) {
    Text message;
    append_str(call.heap, message, call.at(0));
    throw RefusalComplaint(std::string(message.bytes()));
}

std::tm broken_down(std::chrono::sys_seconds time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::tm out{};
    out.tm_year = static_cast<int>(date.year()) - 1900;
    out.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
    out.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
    out.tm_hour = static_cast<int>(clock.hours().count());
    out.tm_min = static_cast<int>(clock.minutes().count());
    out.tm_sec = static_cast<int>(clock.seconds().count());
    out.tm_wday = static_cast<int>(std::chrono::weekday(day).c_encoding());
    const std::chrono::sys_days new_year(date.year() / std::chrono::January / 1);
    out.tm_yday = static_cast<int>((day - new_year).count());
    return out;
}

Value strftime_function(const BuiltinCall& call) {
    const std::string format(call.text(0).bytes());
    if (format.empty()) return call.heap.text("", Origin::Data);
    const std::tm now = broken_down(call.interpreter.now());
    char buffer[4096];
    const size_t size = std::strftime(buffer, sizeof buffer, format.c_str(), &now);
    if (size == 0) complain("strftime_now: the format '", format.substr(0, 40), "' cannot be used");
    return call.heap.text({buffer, size}, Origin::Data);
}

/// cycler("a", "b"): next() goes round.
class Cycler final : public Object {
  public:
    explicit Cycler(std::vector<Value> items) : items_(std::move(items)) {}
    const char* type_name() const override { return "Cycler"; }
    std::optional<Value> attribute(Heap& heap, std::string_view name) override;
    Value next() {
        const Value item = items_[at_];
        at_ = (at_ + 1) % items_.size();
        return item;
    }
    Value reset() {
        at_ = 0;
        return None{};
    }

  private:
    std::vector<Value> items_;
    size_t at_ = 0;
};

Cycler& cycler_of(const BuiltinCall& call) { return *dynamic_cast<Cycler*>(call.subject.object()); }
Value cycler_next(const BuiltinCall& call) { return cycler_of(call).next(); }
Value cycler_reset(const BuiltinCall& call) { return cycler_of(call).reset(); }

constexpr Builtin kCyclerNext = {"next", "", cycler_next}, kCyclerReset = {"reset", "", cycler_reset};

std::optional<Value> Cycler::attribute(Heap& heap, std::string_view name) {
    if (name == "current") return items_[at_];
    if (name == "next") return heap.object<BoundBuiltin>(kCyclerNext, Value(this));
    if (name == "reset") return heap.object<BoundBuiltin>(kCyclerReset, Value(this));
    return std::nullopt;
}

Value cycler_function(const BuiltinCall& call) {
    if (call.arguments.positional.empty()) complain("cycler() takes at least one argument");
    return call.heap.object<Cycler>(call.arguments.positional);
}

/// joiner(", "): nothing at the first call, the separator afterwards.
class Joiner final : public Object {
  public:
    explicit Joiner(Value separator) : separator_(std::move(separator)) {}
    const char* type_name() const override { return "Joiner"; }
    bool callable() const override { return true; }
    Value call(Interpreter& interpreter, Arguments&) override {
        return std::exchange(used_, true) ? separator_ : interpreter.heap().text("", Origin::Template);
    }

  private:
    Value separator_;
    bool used_ = false;
};

Value joiner_function(const BuiltinCall& call) {
    return call.heap.object<Joiner>(call.has(0) ? call.at(0) : call.heap.text(", ", Origin::Template));
}

constexpr Builtin kFunctions[] = {
    {"cycler", "...", cycler_function},
    {"dict", "...", dict_function},
    {"joiner", "sep?", joiner_function},
    {"namespace", "...", namespace_function},
    {"raise_exception", "message", raise_function},
    {"range", "start stop? step?", range_function},
    {"strftime_now", "format", strftime_function},
};

}  // namespace

std::span<const Builtin> functions() { return kFunctions; }

}  // namespace siskin::jinja
