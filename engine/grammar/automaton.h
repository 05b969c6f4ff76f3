#pragma once
// A grammar as a machine that reads bytes: one small nondeterministic machine for each rule, whose edges read a byte,
// read nothing, or call another rule. matcher.h runs it.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/grammar/grammar.h"

namespace siskin {

struct Automaton {
    static constexpr uint32_t kMaxStates = 1 << 20;

    struct Edge {
        enum class Kind : uint8_t { Byte, Empty, Call };
        Kind kind;
        uint8_t first, last;  // Byte
        uint32_t rule;        // Call
        uint32_t target;      // where the machine goes on; after a call, once the rule is done
    };

    std::vector<Edge> edges;       // of all states, one state after another
    std::vector<uint32_t> begins;  // [n_states + 1] into edges
    struct Ends {
        uint32_t start, final;  // no edge leaves the final state
    };
    std::vector<Ends> rules;
    uint32_t root;
    /// States inside a limited repetition that can go on as often as a token is long are all alike: up to `n_bytes`
    /// more bytes such a state behaves as `loop` does, where the repetition has no end.
    struct Endless {
        uint32_t loop, n_bytes;
    };
    std::unordered_map<uint32_t, Endless> endless;
    std::array<uint8_t, 256> classes;  // bytes of a class are told apart by no edge
    uint32_t n_classes;

    std::span<const Edge> from(uint32_t state) const {
        return std::span(edges).subspan(begins[state], begins[state + 1] - begins[state]);
    }
};

/// From every state that can be reached the end can be reached as well. Throws Error(BadData): the grammar is too
/// large; no text fits it; a rule begins with itself (left recursion), which is named. `subject` begins the messages.
std::shared_ptr<const Automaton> compile(const Grammar& grammar, std::string_view subject = "grammar");

}  // namespace siskin
