#include "engine/chat/template/heap.h"

#include "engine/chat/template/template_error.h"

namespace siskin::jinja {
namespace {

constexpr size_t kTextOverhead = 128;   // what a short text costs beside its bytes
constexpr size_t kEntryOverhead = 128;  // what a dict's entry costs beside its two values

}  // namespace

void Heap::refuse_work() const { complain("takes more than ", limits_.steps, " steps"); }

void Heap::hold(size_t bytes) {
    if (bytes > limits_.memory - held_) complain("takes more than ", limits_.memory >> 20, " MiB of memory");
    held_ += bytes;
}

Value Heap::text(Text text) {
    const size_t size = text.size() + kTextOverhead;
    scan(text.size());
    hold(size);
    const auto release = [this, size](const Text* old) {
        held_ -= size;
        delete old;
    };
    return TextRef(new Text(std::move(text)), release);
}

Value Heap::list(std::vector<Value> items, List::Kind kind) {
    work(items.size());
    hold(sizeof(List) + items.size() * sizeof(Value));
    List& list = lists_.emplace_back();
    list.items = std::move(items);
    list.kind = kind;
    return &list;
}

Dict* Heap::dict() {
    hold(sizeof(Dict));
    return &dicts_.emplace_back();
}

const std::string* Heap::name(std::string_view name) {
    hold(sizeof(std::string) + name.size());
    return &names_.emplace_back(name);
}

void Heap::append(List& list, Value value) {
    work(1);
    hold(sizeof(Value));
    list.items.push_back(std::move(value));
}

void Heap::set(Dict& dict, const Value& key, Value value) {
    const size_t before = dict.size();
    const Text* text = key.text();
    scan(text ? text->size() : 0);
    dict.set(key, std::move(value));
    if (dict.size() > before) hold(2 * sizeof(Value) + kEntryOverhead + (text ? text->size() : 0));
}

}  // namespace siskin::jinja
