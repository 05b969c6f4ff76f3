#pragma once
// Everything that one rendering allocates. Its work and its memory are counted against the limits.

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/template/limits.h"
#include "engine/chat/template/value.h"

namespace siskin::jinja {

class Heap {
  public:
    explicit Heap(const TemplateLimits& limits) : limits_(limits) {}
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;

    /// Complains when this is more work than the template may still do.
    void afford(size_t steps) const {
        if (steps > limits_.steps - steps_) refuse_work();
    }
    void work(size_t steps) {
        afford(steps);
        steps_ += steps;
    }
    /// Work that goes through so many bytes.
    void scan(size_t bytes) { work(1 + bytes / 16); }

    Value text(Text text);
    Value text(std::string_view bytes, Origin origin) { return this->text(Text(bytes, origin)); }
    Value list(std::vector<Value> items, List::Kind kind = List::Kind::List);
    Value tuple(std::vector<Value> items) { return list(std::move(items), List::Kind::Tuple); }
    Value iterator(std::vector<Value> items) { return list(std::move(items), List::Kind::Iterator); }
    Dict* dict();
    template <class T, class... Parts>
    T* object(Parts&&... parts) {
        hold(sizeof(T) + sizeof(void*));
        auto owner = std::make_unique<T>(std::forward<Parts>(parts)...);
        T* object = owner.get();
        objects_.push_back(std::move(owner));
        return object;
    }
    /// A name that lives as long as the rendering.
    const std::string* name(std::string_view name);

    /// For what already exists and grows.
    void append(List& list, Value value);
    void set(Dict& dict, const Value& key, Value value);

    /// Counts memory that is kept to the end.
    void hold(size_t bytes);

    const TemplateLimits& limits() const { return limits_; }

  private:
    [[noreturn]] void refuse_work() const;

    const TemplateLimits limits_;
    size_t steps_ = 0;
    size_t held_ = 0;
    std::deque<std::string> names_;
    std::deque<List> lists_;
    std::deque<Dict> dicts_;
    std::vector<std::unique_ptr<Object>> objects_;
};

}  // namespace siskin::jinja
