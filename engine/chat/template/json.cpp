#include "engine/chat/template/json.h"

#include <nlohmann/json.hpp>

#include "engine/chat/template/template_error.h"

namespace siskin::jinja {
namespace {

using Json = nlohmann::ordered_json;

void check_depth(const Heap& heap, size_t depth) {
    const size_t limit = heap.limits().nesting;
    if (depth > limit) complain("data nested deeper than ", limit, " levels");
}

/// A number without a fraction that does not fit 64 bits.
Value large_integer(const std::string& digits, double approximately) {
    Int value = 0;
    const bool negative = digits.starts_with('-');
    for (const char c : std::string_view(digits).substr(negative))
        if (__builtin_mul_overflow(value, Int{10}, &value) || __builtin_add_overflow(value, Int{c - '0'}, &value))
            return approximately;
    return negative ? -value : value;
}

/// Takes what the parser reads, and joins it to values.
class Builder final : public nlohmann::json_sax<Json> {
  public:
    explicit Builder(Heap& heap) : heap_(heap) {}

    Value result() const { return result_; }

    bool null() override { return add(None{}); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(Int{value}); }
    bool number_unsigned(number_unsigned_t value) override { return add(Int{value}); }
    bool number_float(number_float_t value, const std::string& text) override {
        return add(text.find_first_of(".eE") == std::string::npos ? large_integer(text, value) : Value(value));
    }
    bool string(std::string& value) override { return add(heap_.text(value, Origin::Data)); }
    bool binary(binary_t&) override { return false; }

    bool start_object(size_t) override {
        Dict* dict = heap_.dict();
        open(dict);
        return true;
    }
    bool key(std::string& name) override {
        keys_.back() = heap_.text(name, Origin::Data);
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(size_t) override {
        open(heap_.list({}));
        return true;
    }
    bool end_array() override { return close(); }

    bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
        complain("malformed JSON at byte ", position);
    }

  private:
    void open(const Value& container) {
        open_.push_back(container);
        keys_.emplace_back();
        check_depth(heap_, open_.size());
    }

    bool close() {
        const Value container = open_.back();
        open_.pop_back();
        keys_.pop_back();
        if (Dict* dict = container.dict()) dict->frozen = true;
        if (List* list = container.list()) list->frozen = true;
        return add(container);
    }

    bool add(const Value& value) {
        if (open_.empty()) {
            result_ = value;
        } else if (Dict* dict = open_.back().dict()) {
            heap_.set(*dict, keys_.back(), value);
        } else {
            heap_.append(*open_.back().list(), value);
        }
        return true;
    }

    Heap& heap_;
    std::vector<Value> open_, keys_;  // containers not closed yet, and the key each is waiting to use
    Value result_;
};

Value convert(Heap& heap, const Json& json, size_t depth) {
    check_depth(heap, depth);
    switch (json.type()) {
        case Json::value_t::boolean:
            return json.get<bool>();
        case Json::value_t::number_integer:
            return Int{json.get<int64_t>()};
        case Json::value_t::number_unsigned:
            return Int{json.get<uint64_t>()};
        case Json::value_t::number_float:
            return json.get<double>();
        case Json::value_t::string:
            return heap.text(json.get_ref<const std::string&>(), Origin::Data);
        case Json::value_t::array: {
            const Value list = heap.list({});
            for (const Json& item : json) heap.append(*list.list(), convert(heap, item, depth + 1));
            list.list()->frozen = true;
            return list;
        }
        case Json::value_t::object: {
            Dict* dict = heap.dict();
            for (const auto& [key, item] : json.items())
                heap.set(*dict, heap.text(key, Origin::Data), convert(heap, item, depth + 1));
            dict->frozen = true;
            return dict;
        }
        default:
            return None{};
    }
}

}  // namespace

Value value_from(Heap& heap, const nlohmann::ordered_json& json) { return convert(heap, json, 0); }

Value parse_json(Heap& heap, std::string_view text) {
    heap.scan(text.size());
    Builder builder(heap);
    Json::sax_parse(text, &builder);
    return builder.result();
}

}  // namespace siskin::jinja
