#include "engine/grammar/automaton.h"

#include <algorithm>
#include <string>

#include "formats/error.h"

namespace siskin {
namespace {

using Edge = Automaton::Edge;

/// An edge together with the state it leaves.
struct Link {
    uint32_t from;
    Edge edge;
};

/// Writes the machines of all rules (Thompson's construction).
class Builder {
  public:
    Builder(const Grammar& grammar, std::string_view subject) : grammar_(grammar), subject_(subject) {}

    void build(Automaton& out) {
        for (uint32_t rule = 0; rule < grammar_.n_rules(); ++rule) {
            const uint32_t start = new_state(), final = new_state();
            out.rules.push_back({start, final});
            add(grammar_.expression(Rule(rule)), start, final);
        }
        out.endless = std::move(endless_);
    }

    std::vector<Link> links;
    uint32_t n_states = 0;

  private:
    // Repetitions of repetitions cost time even where they make no states.
    static constexpr size_t kMaxSteps = 4 * Automaton::kMaxStates;

    uint32_t new_state() {
        if (n_states >= Automaton::kMaxStates) too_large();
        return n_states++;
    }
    [[noreturn]] void too_large() const {
        fail(Fault::BadData, subject_, ": larger than ", Automaton::kMaxStates,
             " states; fewer or smaller repetitions are needed");
    }

    void link(uint32_t from, Edge edge) {
        if (links.size() >= 4 * size_t(Automaton::kMaxStates)) too_large();
        links.push_back({from, edge});
    }
    void link_empty(uint32_t from, uint32_t to) { link(from, {Edge::Kind::Empty, 0, 0, 0, to}); }
    void link_bytes(uint32_t from, uint8_t first, uint8_t last, uint32_t to) {
        link(from, {Edge::Kind::Byte, first, last, 0, to});
    }

    /// Ways from one state to another for everything that fits an expression, whose depth Grammar limits.
    void add(Expr expression, uint32_t from, uint32_t to) {
        if (++n_steps_ > kMaxSteps) too_large();
        const Grammar::Node& node = grammar_.node(expression);
        switch (node.kind) {
            case Grammar::Kind::Text:
                return add_text(grammar_.bytes(node), from, to);
            case Grammar::Kind::Chars:
                return add_chars(grammar_.set(node), from, to);
            case Grammar::Kind::Sequence:
                return add_sequence(grammar_.children(node), from, to);
            case Grammar::Kind::Choice:
                for (const Expr child : grammar_.children(node)) add(child, from, to);
                return;
            case Grammar::Kind::Repeat:
                return add_repeat(node, from, to);
            case Grammar::Kind::Call:
                return link(from, {Edge::Kind::Call, 0, 0, node.begin, to});
        }
    }

    void add_text(std::string_view bytes, uint32_t from, uint32_t to) {
        if (bytes.empty()) return link_empty(from, to);
        for (size_t i = 0; i < bytes.size(); ++i) {
            const uint32_t next = i + 1 < bytes.size() ? new_state() : to;
            link_bytes(from, uint8_t(bytes[i]), uint8_t(bytes[i]), next);
            from = next;
        }
    }

    void add_chars(const CharSet& set, uint32_t from, uint32_t to) {
        for (const ByteSequence& sequence : utf8_sequences(set)) {
            uint32_t state = from;
            for (size_t i = 0; i < sequence.length; ++i) {
                const uint32_t next = i + 1u < sequence.length ? new_state() : to;
                link_bytes(state, sequence.bytes[i].first, sequence.bytes[i].last, next);
                state = next;
            }
        }
    }

    void add_sequence(std::span<const Expr> parts, uint32_t from, uint32_t to) {
        if (parts.empty()) return link_empty(from, to);
        for (size_t i = 0; i < parts.size(); ++i) {
            const uint32_t next = i + 1 < parts.size() ? new_state() : to;
            add(parts[i], from, next);
            from = next;
        }
    }

    void add_repeat(const Grammar::Node& node, uint32_t from, uint32_t to) {
        const uint32_t least = node.begin, most = node.end;
        if (most == 0) return link_empty(from, to);
        const bool endless = most == Grammar::kNoLimit;
        const uint32_t n = endless ? least : most;
        const bool looped = !endless && most - least >= kWorthALoop && reads_at_once(node.child);
        const uint32_t loop = looped ? add_loop(node.child, to) : 0;
        if (looped && least == 0) {  // a state of its own, as nothing else may leave one that is alike to the loop
            const uint32_t first = new_state();
            link_empty(from, first);
            from = first;
        }
        for (uint32_t i = 0; i < n; ++i) {
            if (i >= least) link_empty(from, to);
            if (looped && i >= least) endless_[from] = {loop, most - i};
            const uint32_t next = i + 1 < n || endless ? new_state() : to;
            add(node.child, from, next);
            from = next;
        }
        if (!endless) return;
        if (least == 0)
            link_empty(from, add_loop(node.child, to));
        else
            close_loop(node.child, from, to);
    }

    uint32_t add_loop(Expr expression, uint32_t to) {
        const uint32_t loop = new_state();
        close_loop(expression, loop, to);
        return loop;
    }
    void close_loop(Expr expression, uint32_t loop, uint32_t to) {
        add(expression, loop, loop);
        link_empty(loop, to);
    }

    /// The first thing that an expression does, each way, is to read a byte.
    bool reads_at_once(Expr expression) {
        if (++n_steps_ > kMaxSteps) too_large();
        const Grammar::Node& node = grammar_.node(expression);
        const auto reads = [this](Expr child) { return reads_at_once(child); };
        switch (node.kind) {
            case Grammar::Kind::Text:
                return node.begin < node.end;
            case Grammar::Kind::Chars:
                return true;
            case Grammar::Kind::Sequence:
                return node.begin < node.end && reads(grammar_.children(node)[0]);
            case Grammar::Kind::Choice:
                return std::ranges::all_of(grammar_.children(node), reads);
            case Grammar::Kind::Repeat:
            case Grammar::Kind::Call:
                return false;
        }
        return false;
    }

    static constexpr uint32_t kWorthALoop = 8;

    const Grammar& grammar_;
    const std::string_view subject_;
    size_t n_steps_ = 0;
    std::unordered_map<uint32_t, Automaton::Endless> endless_;
};

/// The states from which the end of their rule can be reached: with any bytes, or with none.
class Reaching {
  public:
    Reaching(const Automaton& machine, const std::vector<Link>& links, uint32_t n_states, bool with_bytes)
        : machine_(machine),
          links_(links),
          reaches_(n_states),
          rule_of_(n_states, kNone),
          callers_(machine.rules.size()) {
        sort_by_target(n_states);
        for (size_t rule = 0; rule < machine.rules.size(); ++rule) rule_of_[machine.rules[rule].start] = uint32_t(rule);
        for (const Automaton::Ends& ends : machine.rules) mark(ends.final);
        while (!pending_.empty()) {
            const uint32_t state = pending_.back();
            pending_.pop_back();
            for (uint32_t i = begins_[state]; i < begins_[state + 1]; ++i) visit(links_[order_[i]], with_bytes);
            if (rule_of_[state] == kNone) continue;
            for (const uint32_t caller : callers_[rule_of_[state]]) mark(caller);
        }
    }

    bool operator()(uint32_t state) const { return reaches_[state]; }
    bool rule(uint32_t rule) const { return reaches_[machine_.rules[rule].start]; }

  private:
    static constexpr uint32_t kNone = UINT32_MAX;

    void sort_by_target(uint32_t n_states) {
        begins_.assign(n_states + 2, 0);
        for (const Link& link : links_) ++begins_[link.edge.target + 2];
        for (size_t i = 2; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
        order_.resize(links_.size());
        for (size_t i = 0; i < links_.size(); ++i) order_[begins_[links_[i].edge.target + 1]++] = uint32_t(i);
    }

    void mark(uint32_t state) {
        if (reaches_[state]) return;
        reaches_[state] = true;
        pending_.push_back(state);
    }

    void visit(const Link& link, bool with_bytes) {
        switch (link.edge.kind) {
            case Edge::Kind::Byte:
                if (with_bytes) mark(link.from);
                return;
            case Edge::Kind::Empty:
                return mark(link.from);
            case Edge::Kind::Call:
                callers_[link.edge.rule].push_back(link.from);
                if (rule(link.edge.rule)) mark(link.from);
        }
    }

    const Automaton& machine_;
    const std::vector<Link>& links_;
    std::vector<bool> reaches_;
    std::vector<uint32_t> rule_of_, begins_, order_, pending_;
    std::vector<std::vector<uint32_t>> callers_;  // of a rule: states that reach the end once the rule does
};

void store_links(Automaton& machine, const std::vector<Link>& links, uint32_t n_states) {
    machine.begins.assign(n_states + 2, 0);
    for (const Link& link : links) ++machine.begins[link.from + 2];
    for (size_t i = 2; i < machine.begins.size(); ++i) machine.begins[i] += machine.begins[i - 1];
    machine.edges.resize(links.size());
    for (const Link& link : links) machine.edges[machine.begins[link.from + 1]++] = link.edge;
    machine.begins.pop_back();
}

/// Finds a rule that can call itself before it has read a byte: nothing would ever end its calls.
class LeftRecursion {
  public:
    LeftRecursion(const Grammar& grammar, const Automaton& machine, const Reaching& without_bytes)
        : grammar_(grammar), machine_(machine), without_bytes_(without_bytes), seen_(machine.begins.size(), false) {}

    /// Throws Error(BadData) that names the rules of a circle.
    void refuse() {
        std::vector<bool> done(machine_.rules.size()), open(machine_.rules.size());
        for (uint32_t first = 0; first < machine_.rules.size(); ++first) {
            if (done[first]) continue;
            std::vector<Visit> path = {{first, called_first(first), 0}};
            open[first] = true;
            while (!path.empty()) {
                Visit& visit = path.back();
                if (visit.next == visit.called.size()) {
                    open[visit.rule] = false;
                    done[visit.rule] = true;
                    path.pop_back();
                    continue;
                }
                const uint32_t rule = visit.called[visit.next++];
                if (open[rule]) refuse_circle(path, rule);
                if (done[rule]) continue;
                open[rule] = true;
                path.push_back({rule, called_first(rule), 0});
            }
        }
    }

  private:
    struct Visit {
        uint32_t rule;
        std::vector<uint32_t> called;
        size_t next;
    };

    [[noreturn]] void refuse_circle(const std::vector<Visit>& path, uint32_t rule) const {
        std::string names;
        bool inside = false;
        for (const Visit& visit : path) {
            inside = inside || visit.rule == rule;
            if (inside) names += grammar_.name(Rule(visit.rule)) + " -> ";
        }
        const std::string& name = grammar_.name(Rule(rule));
        fail(Fault::BadData, "grammar: rule \"", name, "\" begins with itself (left recursion: ", names, name, ")");
    }

    std::vector<uint32_t> called_first(uint32_t rule) {
        std::vector<uint32_t> called, pending;
        const auto visit = [&](uint32_t state) {
            if (seen_[state]) return;
            seen_[state] = true;
            pending.push_back(state);
        };
        visit(machine_.rules[rule].start);
        while (!pending.empty()) {
            const uint32_t state = pending.back();
            pending.pop_back();
            for (const Edge& edge : machine_.from(state)) {
                if (edge.kind == Edge::Kind::Byte) continue;
                const bool call = edge.kind == Edge::Kind::Call;
                if (call) called.push_back(edge.rule);
                if (!call || without_bytes_.rule(edge.rule)) visit(edge.target);
            }
        }
        return called;
    }

    const Grammar& grammar_;
    const Automaton& machine_;
    const Reaching& without_bytes_;
    std::vector<bool> seen_;  // states belong to one rule, and each rule is looked at once
};

void find_classes(Automaton& machine) {
    std::array<bool, 257> begins{};
    for (const Edge& edge : machine.edges)
        if (edge.kind == Edge::Kind::Byte) begins[edge.first] = begins[edge.last + 1] = true;
    machine.n_classes = 1;
    for (size_t byte = 0; byte < 256; ++byte) {
        if (byte > 0 && begins[byte]) ++machine.n_classes;
        machine.classes[byte] = uint8_t(machine.n_classes - 1);
    }
}

}  // namespace

std::shared_ptr<const Automaton> compile(const Grammar& grammar, std::string_view subject) {
    const auto machine = std::make_shared<Automaton>();
    Builder builder(grammar, subject);
    builder.build(*machine);
    machine->root = uint32_t(grammar.root());

    const Reaching alive(*machine, builder.links, builder.n_states, true);
    if (!alive.rule(machine->root)) fail(Fault::BadData, subject, ": no text fits it");
    std::erase_if(builder.links, [&](const Link& link) {
        return !alive(link.edge.target) || (link.edge.kind == Edge::Kind::Call && !alive.rule(link.edge.rule));
    });
    store_links(*machine, builder.links, builder.n_states);
    const Reaching without_bytes(*machine, builder.links, builder.n_states, false);
    LeftRecursion(grammar, *machine, without_bytes).refuse();
    find_classes(*machine);
    return machine;
}

}  // namespace siskin
