#pragma once
// What a template computes with: Python's None, bool, int, float, str, list, tuple, dict and a few objects.
// Strings are shared and immutable. Lists, dicts and objects belong to the Heap of one rendering and are freed with it,
// so values may be nested or refer to each other as they like: nothing is destroyed recursively.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "engine/chat/template/text.h"

namespace siskin::jinja {

class Value;
class Heap;
class Interpreter;

/// Wide enough for every integer that JSON schemas contain (uint64); beyond it arithmetic complains.
using Int = __int128;

using TextRef = std::shared_ptr<const Text>;

/// A value that is not there. It is false and prints as nothing; whoever uses it otherwise gets an error that says what
/// was missing.
struct Undefined {
    const char* owner = nullptr;        ///< type of the value that lacks it; nullptr for a variable
    const std::string* name = nullptr;  ///< nullptr when nobody knows
};

struct None {};

/// All of Python's sequences and iterators. The latter can be walked through once and have no length.
struct List {
    enum class Kind : uint8_t { List, Tuple, Range, Keys, Values, Items, Iterator };

    std::vector<Value> items;
    Kind kind = Kind::List;
    bool frozen = false;  ///< comes from the caller's data, which a template cannot change
};

struct Arguments {
    std::vector<Value> positional;
    std::vector<std::pair<std::string_view, Value>> named;
};

/// Namespaces, loops, macros, methods.
class Object {
  public:
    virtual ~Object() = default;
    virtual const char* type_name() const = 0;
    /// Nothing where the object has no such attribute.
    virtual std::optional<Value> attribute(Heap& heap, std::string_view name);
    virtual bool callable() const { return false; }
    virtual Value call(Interpreter& interpreter, Arguments& arguments);
};

class Dict;

class Value {
  public:
    Value() : data_(Undefined{}) {}
    Value(Undefined undefined) : data_(undefined) {}
    Value(None) : data_(None{}) {}
    Value(bool value) : data_(value) {}
    Value(Int value) : data_(value) {}
    Value(int value) : data_(Int{value}) {}
    Value(size_t value) : data_(Int{value}) {}
    Value(double value) : data_(value) {}
    Value(TextRef text) : data_(std::move(text)) {}
    Value(List* list) : data_(list) {}
    Value(Dict* dict) : data_(dict) {}
    Value(Object* object) : data_(object) {}
    Value(const void*) = delete;  // a pointer to anything else is not a bool

    bool is_undefined() const { return holds<Undefined>(); }
    bool is_none() const { return holds<None>(); }
    bool is_bool() const { return holds<bool>(); }
    bool is_text() const { return holds<TextRef>(); }
    bool is_number() const { return holds<bool>() || holds<Int>() || holds<double>(); }

    const Undefined* undefined() const { return std::get_if<Undefined>(&data_); }
    const bool* boolean() const { return std::get_if<bool>(&data_); }
    const double* real() const { return std::get_if<double>(&data_); }
    const Text* text() const { return is_text() ? std::get<TextRef>(data_).get() : nullptr; }
    List* list() const { return get<List*>(); }
    Dict* dict() const { return get<Dict*>(); }
    Object* object() const { return get<Object*>(); }

    /// An integer; as in Python, True is 1 and False is 0.
    std::optional<Int> integer() const;
    /// Any number.
    std::optional<double> number() const;

    const char* type_name() const;  ///< as Python names it: "str", "NoneType"

  private:
    template <class T>
    bool holds() const {
        return std::holds_alternative<T>(data_);
    }
    template <class T>
    T get() const {
        const T* found = std::get_if<T>(&data_);
        return found ? *found : nullptr;
    }

    std::variant<Undefined, None, bool, Int, double, TextRef, List*, Dict*, Object*> data_;
};

/// Entries in the order in which their keys came. Keys are hashable values: no lists, no dicts.
class Dict {
  public:
    using Entry = std::pair<Value, Value>;

    const std::vector<Entry>& entries() const { return entries_; }
    size_t size() const { return entries_.size(); }

    const Value* find(const Value& key) const;
    const Value* find_name(std::string_view key) const;  ///< a key that is a string
    void set(const Value& key, Value value);

    bool frozen = false;  ///< comes from the caller's data

  private:
    std::vector<Entry> entries_;
    std::unordered_map<std::string, size_t> index_;  // by hash_key
};

/// Equal for equal values and for no others: the identity of a dict's key. Complains about what cannot be one.
std::string hash_key(const Value& value);

bool is_true(const Value& value);

/// "'x' is undefined", "'dict object' has no attribute 'x'".
std::string missing_message(const Undefined& undefined);

}  // namespace siskin::jinja
