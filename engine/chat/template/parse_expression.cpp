#include "engine/chat/template/parse_expression.h"

#include <charconv>
#include <cstdlib>
#include <optional>

namespace siskin::jinja {
namespace {

struct OperatorName {
    std::string_view text;
    BinaryOp op;
};
constexpr OperatorName kSums[] = {{"+", BinaryOp::Add}, {"-", BinaryOp::Subtract}};
constexpr OperatorName kProducts[] = {
    {"*", BinaryOp::Multiply}, {"/", BinaryOp::Divide}, {"//", BinaryOp::FloorDivide}, {"%", BinaryOp::Modulo}};

constexpr std::pair<std::string_view, CompareOp> kComparisons[] = {
    {"==", CompareOp::Equal},     {"!=", CompareOp::NotEqual}, {"<", CompareOp::Less},
    {"<=", CompareOp::LessEqual}, {">", CompareOp::Greater},   {">=", CompareOp::GreaterEqual}};

template <size_t n>
std::optional<BinaryOp> take_one_of(TokenStream& stream, const OperatorName (&names)[n]) {
    for (const OperatorName& name : names)
        if (stream.take_operator(name.text)) return name.op;
    return std::nullopt;
}

std::optional<CompareOp> take_comparison(TokenStream& stream) {
    for (const auto& [text, op] : kComparisons)
        if (stream.take_operator(text)) return op;
    if (stream.take_name("in")) return CompareOp::In;
    const TemplateToken& next = stream.peek_next();
    if (!stream.at_name("not") || next.kind != TokenKind::Name || next.text != "in") return std::nullopt;
    stream.take();
    stream.take();
    return CompareOp::NotIn;
}

ExpressionRef binary(TokenStream& stream, BinaryOp op, ExpressionRef left, ExpressionRef right) {
    auto node = make_node<Binary>(stream);
    node->op = op;
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
}

std::optional<Int> to_int(std::string_view digits, Int base) {
    Int value = 0;
    for (const char c : digits) {
        const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, Int{digit}, &value))
            return std::nullopt;
    }
    return value;
}

}  // namespace

ExpressionRef ExpressionParser::parse(bool choice) {
    TokenStream::Level level(stream_);
    level.deeper();
    ExpressionRef left = parse_or();
    while (choice && stream_.take_name("if")) {
        level.deeper();
        auto node = make_node<Choice>(stream_);
        node->yes = std::move(left);
        node->condition = parse_or();
        if (stream_.take_name("else")) node->no = parse();
        left = std::move(node);
    }
    return left;
}

ExpressionRef ExpressionParser::parse_tuple(bool choice) {
    ExpressionRef first = parse(choice);
    if (!stream_.at_operator(",")) return first;
    auto node = make_node<Sequence>(stream_);
    node->kind = List::Kind::Tuple;
    node->items.push_back(std::move(first));
    while (stream_.take_operator(",")) {
        const bool end = stream_.at(TokenKind::VariableEnd) || stream_.at(TokenKind::BlockEnd) ||
                         stream_.at_operator(")") || stream_.at_operator("]");
        if (end) break;
        node->items.push_back(parse(choice));
    }
    return node;
}

ExpressionRef ExpressionParser::parse_or() {
    TokenStream::Level level(stream_);
    ExpressionRef left = parse_and();
    while (stream_.take_name("or")) {
        level.deeper();
        left = binary(stream_, BinaryOp::Or, std::move(left), parse_and());
    }
    return left;
}

ExpressionRef ExpressionParser::parse_and() {
    TokenStream::Level level(stream_);
    ExpressionRef left = parse_not();
    while (stream_.take_name("and")) {
        level.deeper();
        left = binary(stream_, BinaryOp::And, std::move(left), parse_not());
    }
    return left;
}

ExpressionRef ExpressionParser::parse_not() {
    if (!stream_.at_name("not")) return parse_comparison();
    TokenStream::Level level(stream_);
    level.deeper();
    auto node = make_node<Unary>(stream_);
    stream_.take();
    node->op = UnaryOp::Not;
    node->operand = parse_not();
    return node;
}

ExpressionRef ExpressionParser::parse_comparison() {
    ExpressionRef first = parse_sum();
    std::optional<CompareOp> op = take_comparison(stream_);
    if (!op) return first;
    auto node = make_node<Comparison>(stream_);
    node->first = std::move(first);
    for (; op; op = take_comparison(stream_)) node->rest.emplace_back(*op, parse_sum());
    return node;
}

ExpressionRef ExpressionParser::parse_sum() {
    TokenStream::Level level(stream_);
    ExpressionRef left = parse_join();
    while (const auto op = take_one_of(stream_, kSums)) {
        level.deeper();
        left = binary(stream_, *op, std::move(left), parse_join());
    }
    return left;
}

ExpressionRef ExpressionParser::parse_join() {
    ExpressionRef first = parse_product();
    if (!stream_.at_operator("~")) return first;
    auto node = make_node<Join>(stream_);
    node->parts.push_back(std::move(first));
    while (stream_.take_operator("~")) node->parts.push_back(parse_product());
    return node;
}

ExpressionRef ExpressionParser::parse_product() {
    TokenStream::Level level(stream_);
    ExpressionRef left = parse_power();
    while (const auto op = take_one_of(stream_, kProducts)) {
        level.deeper();
        left = binary(stream_, *op, std::move(left), parse_power());
    }
    return left;
}

ExpressionRef ExpressionParser::parse_power() {
    TokenStream::Level level(stream_);
    ExpressionRef left = parse_unary(true);
    while (stream_.take_operator("**")) {  // to the left, unlike Python's
        level.deeper();
        left = binary(stream_, BinaryOp::Power, std::move(left), parse_unary(true));
    }
    return left;
}

ExpressionRef ExpressionParser::parse_unary(bool with_filters) {
    TokenStream::Level level(stream_);
    level.deeper();
    ExpressionRef value;
    if (stream_.at_operator("-") || stream_.at_operator("+")) {
        auto node = make_node<Unary>(stream_);
        node->op = stream_.take().text == "-" ? UnaryOp::Minus : UnaryOp::Plus;
        node->operand = parse_unary(false);
        value = std::move(node);
    } else {
        value = parse_primary();
    }
    for (;;) {
        value = parse_postfix(std::move(value));
        if (!with_filters) return value;
        if (stream_.take_operator("|")) {
            value = parse_filter(std::move(value));
        } else if (stream_.take_name("is")) {
            value = parse_test(std::move(value));
        } else {
            return value;
        }
        level.deeper();
    }
}

ExpressionRef ExpressionParser::parse_primary() {
    switch (stream_.peek().kind) {
        case TokenKind::Name:
            return parse_word();
        case TokenKind::String:
            return parse_string();
        case TokenKind::Integer:
        case TokenKind::Float:
            return parse_number();
        default:
            break;
    }
    if (stream_.at_operator("(")) return parse_parenthesis();
    if (stream_.at_operator("[")) return parse_list();
    if (stream_.at_operator("{")) return parse_dict();
    stream_.expected("an expression");
}

ExpressionRef ExpressionParser::constant(Value value) {
    auto node = make_node<Constant>(stream_);
    node->value = std::move(value);
    return node;
}

ExpressionRef ExpressionParser::parse_word() {
    const std::string& word = stream_.peek().text;
    const bool yes = word == "true" || word == "True", no = word == "false" || word == "False";
    const bool nothing = word == "none" || word == "None";
    if (yes || no || nothing) {
        stream_.take();
        return constant(nothing ? Value(None{}) : Value(yes));
    }
    saw_varargs |= word == "varargs";
    saw_kwargs |= word == "kwargs";
    auto node = make_node<Variable>(stream_);
    node->name = stream_.expect_any_name();
    return node;
}

ExpressionRef ExpressionParser::parse_string() {
    Text text;
    while (stream_.at(TokenKind::String)) text.append(stream_.take().text, Origin::Template);
    return constant(Value(std::make_shared<const Text>(std::move(text))));
}

ExpressionRef ExpressionParser::parse_number() {
    const TemplateToken& token = stream_.peek();
    Value value;
    if (token.kind == TokenKind::Float) {
        double real = 0;
        std::from_chars(token.text.data(), token.text.data() + token.text.size(), real);
        value = real;
    } else {
        const char marker = token.text.size() > 1 ? static_cast<char>(token.text[1] | 0x20) : '\0';
        const Int base = marker == 'x' ? 16 : marker == 'o' ? 8 : marker == 'b' ? 2 : 10;
        const auto integer = to_int(std::string_view(token.text).substr(base == 10 ? 0 : 2), base);
        if (!integer) throw TemplateError(token.line, "the number " + token.text + " is too large");
        value = *integer;
    }
    stream_.take();
    return constant(std::move(value));
}

ExpressionRef ExpressionParser::parse_parenthesis() {
    stream_.expect_operator("(");
    if (stream_.take_operator(")")) {
        auto node = make_node<Sequence>(stream_);
        node->kind = List::Kind::Tuple;
        return node;
    }
    ExpressionRef inside = parse_tuple();
    stream_.expect_operator(")");
    return inside;
}

ExpressionRef ExpressionParser::parse_list() {
    auto node = make_node<Sequence>(stream_);
    node->kind = List::Kind::List;
    stream_.expect_operator("[");
    while (!stream_.at_operator("]")) {
        node->items.push_back(parse());
        if (!stream_.at_operator("]")) stream_.expect_operator(",");
    }
    stream_.take();
    return node;
}

ExpressionRef ExpressionParser::parse_dict() {
    auto node = make_node<Mapping>(stream_);
    stream_.expect_operator("{");
    while (!stream_.at_operator("}")) {
        ExpressionRef key = parse();
        stream_.expect_operator(":");
        node->entries.emplace_back(std::move(key), parse());
        if (!stream_.at_operator("}")) stream_.expect_operator(",");
    }
    stream_.take();
    return node;
}

ExpressionRef ExpressionParser::parse_postfix(ExpressionRef subject) {
    TokenStream::Level level(stream_);
    for (;;) {
        if (stream_.take_operator(".")) {
            subject = parse_dot(std::move(subject));
        } else if (stream_.take_operator("[")) {
            subject = parse_subscript(std::move(subject));
        } else if (stream_.at_operator("(")) {
            subject = parse_call(std::move(subject));
        } else {
            return subject;
        }
        level.deeper();
    }
}

ExpressionRef ExpressionParser::parse_dot(ExpressionRef subject) {
    if (stream_.at(TokenKind::Integer)) {
        auto node = make_node<Subscript>(stream_);
        node->object = std::move(subject);
        node->key = parse_number();
        return node;
    }
    auto node = make_node<Attribute>(stream_);
    node->object = std::move(subject);
    node->name = stream_.expect_any_name();
    return node;
}

ExpressionRef ExpressionParser::parse_subscript(ExpressionRef subject) {
    auto slice = make_node<Slice>(stream_);
    ExpressionRef first;
    if (!stream_.at_operator(":")) first = parse_tuple();
    if (stream_.take_operator("]")) {
        auto node = make_node<Subscript>(stream_);
        node->object = std::move(subject);
        node->key = std::move(first);
        return node;
    }
    const auto at_part = [&] { return !stream_.at_operator(":") && !stream_.at_operator("]"); };
    stream_.expect_operator(":");
    slice->object = std::move(subject);
    slice->begin = std::move(first);
    if (at_part()) slice->end = parse();
    if (stream_.take_operator(":") && at_part()) slice->step = parse();
    stream_.expect_operator("]");
    return slice;
}

ExpressionRef ExpressionParser::parse_call(ExpressionRef subject) {
    auto node = make_node<Call>(stream_);
    node->callee = std::move(subject);
    node->arguments = parse_arguments();
    return node;
}

ExpressionRef ExpressionParser::parse_callee() {
    auto variable = make_node<Variable>(stream_);
    variable->name = stream_.expect_any_name();
    ExpressionRef callee = std::move(variable);
    TokenStream::Level level(stream_);
    while (stream_.take_operator(".")) {
        level.deeper();
        callee = parse_dot(std::move(callee));
    }
    return callee;
}

CallArguments ExpressionParser::parse_arguments() {
    CallArguments arguments;
    stream_.expect_operator("(");
    while (!stream_.at_operator(")")) {
        const TemplateToken& next = stream_.peek_next();
        const bool named = stream_.at(TokenKind::Name) && next.kind == TokenKind::Operator && next.text == "=";
        if (stream_.take_operator("**")) {
            arguments.more_named = parse();
        } else if (stream_.take_operator("*")) {
            arguments.more_positional = parse();
        } else if (named) {
            const NameRef name = stream_.expect_any_name();
            stream_.take();
            arguments.named.emplace_back(name, parse());
        } else {
            if (!arguments.named.empty()) stream_.expected("an argument with a name");
            arguments.positional.push_back(parse());
        }
        if (!stream_.at_operator(")")) stream_.expect_operator(",");
    }
    stream_.take();
    return arguments;
}

NameRef ExpressionParser::parse_dotted_name() {
    std::string name = *stream_.expect_any_name();
    while (stream_.take_operator(".")) name += "." + *stream_.expect_any_name();
    return stream_.tree().name(name);
}

ExpressionRef ExpressionParser::parse_filters(ExpressionRef subject) {
    TokenStream::Level level(stream_);
    do {
        level.deeper();
        subject = parse_filter(std::move(subject));
    } while (stream_.take_operator("|"));
    return subject;
}

ExpressionRef ExpressionParser::parse_filter(ExpressionRef subject) {
    auto node = make_node<Filter>(stream_);
    node->subject = std::move(subject);
    node->name = parse_dotted_name();
    if (stream_.at_operator("(")) node->arguments = parse_arguments();
    return node;
}

bool ExpressionParser::at_test_argument() const {
    if (stream_.at(TokenKind::Operator)) return stream_.at_operator("[") || stream_.at_operator("{");
    if (!stream_.at(TokenKind::Name))
        return stream_.at(TokenKind::String) || stream_.at(TokenKind::Integer) || stream_.at(TokenKind::Float);
    for (const char* word : {"else", "or", "and", "if", "in", "not"})
        if (stream_.at_name(word)) return false;
    return true;
}

ExpressionRef ExpressionParser::parse_test(ExpressionRef subject) {
    auto node = make_node<Test>(stream_);
    node->subject = std::move(subject);
    node->negated = stream_.take_name("not");
    node->name = parse_dotted_name();
    if (stream_.at_operator("(")) {
        node->arguments = parse_arguments();
    } else if (stream_.at_name("is")) {
        throw TemplateError(stream_.line(), "tests cannot follow one another; use 'and'");
    } else if (at_test_argument()) {
        node->arguments.positional.push_back(parse_postfix(parse_primary()));
    }
    return node;
}

}  // namespace siskin::jinja
