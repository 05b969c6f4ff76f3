#include "engine/chat/template/chat_template.h"

#include <algorithm>
#include <functional>

#include "engine/chat/template/heap.h"
#include "engine/chat/template/interpreter.h"
#include "engine/chat/template/json.h"
#include "engine/chat/template/parser.h"

namespace siskin {

using namespace jinja;

namespace {

constexpr std::string_view kRoles[] = {"system", "developer", "user", "assistant", "tool", "function"};

void trust(Heap& heap, Dict& dict, std::string_view name) {
    const Value* value = dict.find_name(name);
    if (!value || !value->text()) return;
    const Value key = heap.text(name, Origin::Data);
    dict.set(key, heap.text(value->text()->bytes(), Origin::Template));
}

void trust_roles(Heap& heap, const Dict& context) {
    const Value* messages = context.find_name("messages");
    if (!messages || !messages->list()) return;
    for (const Value& message : messages->list()->items) {
        const Value* role = message.dict() ? message.dict()->find_name("role") : nullptr;
        if (!role || !role->text()) continue;
        if (std::ranges::find(kRoles, role->text()->bytes()) != std::end(kRoles)) trust(heap, *message.dict(), "role");
    }
}

}  // namespace

struct ChatTemplate::Parsed {
    explicit Parsed(TemplateTree parsed) : tree(std::move(parsed)) {}

    TemplateTree tree;

    Text render(const RenderOptions& options, const std::function<Value(Heap&)>& read_context) const {
        Heap heap(options.limits);
        Dict* context = nullptr;
        try {
            context = read_context(heap).dict();
            if (!context) complain("the variables must be an object");
            for (const std::string& name : options.trusted) trust(heap, *context, name);
            trust_roles(heap, *context);
        } catch (const TemplateComplaint& complaint) {
            fail(Fault::BadData, "variables of the chat template: ", complaint.what());
        }
        return Interpreter(tree, heap, *context, options.now).render();
    }
};

ChatTemplate::ChatTemplate(std::unique_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;
ChatTemplate::~ChatTemplate() = default;

ChatTemplate ChatTemplate::parse(std::string_view source) {
    return ChatTemplate(std::make_unique<const Parsed>(parse_template(source)));
}

Text ChatTemplate::render(const nlohmann::ordered_json& context, const RenderOptions& options) const {
    return parsed_->render(options, [&](Heap& heap) { return value_from(heap, context); });
}

Text ChatTemplate::render_json(std::string_view context, const RenderOptions& options) const {
    return parsed_->render(options, [&](Heap& heap) { return parse_json(heap, context); });
}

}  // namespace siskin
