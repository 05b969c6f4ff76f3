#include "engine/chat/template/value.h"

#include <cmath>
#include <limits>

#include "engine/chat/template/heap.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"

namespace siskin::jinja {
namespace {

constexpr const char* kListNames[] = {"list", "tuple", "range", "dict_keys", "dict_values", "dict_items", "generator"};

std::string text_key(std::string_view text) { return "s" + std::string(text); }

std::string number_key(const Value& value) {
    if (const auto integer = value.integer()) return "n" + print_int(*integer);
    const double real = *value.real();
    constexpr double kExact = 1e18;  // whole numbers up to here are equal to integers
    if (std::abs(real) < kExact && real == std::floor(real)) return "n" + print_int(static_cast<Int>(real));
    return "n" + print_double(real);
}

}  // namespace

std::optional<Value> Object::attribute(Heap&, std::string_view) { return std::nullopt; }

Value Object::call(Interpreter&, Arguments&) { complain("'", type_name(), "' object is not callable"); }

std::optional<Int> Value::integer() const {
    if (const Int* integer = std::get_if<Int>(&data_)) return *integer;
    if (const bool* truth = boolean()) return Int{*truth};
    return std::nullopt;
}

std::optional<double> Value::number() const {
    if (const double* number = real()) return *number;
    if (const auto whole = integer()) return static_cast<double>(*whole);
    return std::nullopt;
}

const char* Value::type_name() const {
    if (is_none()) return "NoneType";
    if (is_bool()) return "bool";
    if (holds<Int>()) return "int";
    if (real()) return "float";
    if (is_text()) return "str";
    if (const List* items = list()) return kListNames[static_cast<size_t>(items->kind)];
    if (dict()) return "dict";
    if (const Object* thing = object()) return thing->type_name();
    return "Undefined";
}

std::string hash_key(const Value& value) {
    if (const Text* text = value.text()) return text_key(text->bytes());
    if (value.is_number()) return number_key(value);
    if (value.is_none()) return "none";
    const List* list = value.list();
    if (!list || list->kind != List::Kind::Tuple) complain("unhashable type: '", value.type_name(), "'");
    std::string key = "t";
    for (const Value& item : list->items) {
        if (item.list()) complain("a tuple inside a tuple cannot be a key");
        const std::string part = hash_key(item);
        key += std::to_string(part.size()) + ":" + part;
    }
    return key;
}

const Value* Dict::find(const Value& key) const {
    const auto found = index_.find(hash_key(key));
    return found == index_.end() ? nullptr : &entries_[found->second].second;
}

const Value* Dict::find_name(std::string_view key) const {
    const auto found = index_.find(text_key(key));
    return found == index_.end() ? nullptr : &entries_[found->second].second;
}

void Dict::set(const Value& key, Value value) {
    const auto [place, added] = index_.try_emplace(hash_key(key), entries_.size());
    if (added) {
        entries_.emplace_back(key, std::move(value));
    } else {
        entries_[place->second].second = std::move(value);
    }
}

bool is_true(const Value& value) {
    if (const bool* truth = value.boolean()) return *truth;
    if (const auto number = value.number()) return *number != 0;
    if (const Text* text = value.text()) return !text->empty();
    if (const List* list = value.list()) return list->kind == List::Kind::Iterator || !list->items.empty();
    if (const Dict* dict = value.dict()) return dict->size() > 0;
    return value.object() != nullptr;
}

std::string missing_message(const Undefined& undefined) {
    const std::string name = undefined.name ? "'" + *undefined.name + "'" : "a value";
    if (!undefined.owner) return name + " is undefined";
    return "'" + std::string(undefined.owner) + " object' has no attribute " + name;
}

}  // namespace siskin::jinja
