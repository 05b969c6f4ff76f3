#pragma once
// Runs an Automaton over bytes. A state is everything the text so far can be: a set of places in rules, each with the
// stack of calls that it will return to. Stacks and sets are stored once, so that equal states have equal numbers, and
// a step that was taken once is a look into a table.

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/grammar/automaton.h"

namespace siskin {

class Matcher {
  public:
    using State = uint32_t;
    static constexpr State kDead = 0;           ///< no text that begins so fits
    static constexpr uint32_t kNoStack = 0;     ///< when this place is done, the text is whole
    static constexpr size_t kMaxPlaces = 4096;  ///< in one state

    struct Place {
        uint32_t state;  ///< of the automaton
        uint32_t stack;
        bool operator==(const Place&) const = default;
    };

    explicit Matcher(std::shared_ptr<const Automaton> machine);
    Matcher(const Matcher&) = delete;
    Matcher& operator=(const Matcher&) = delete;

    State start();
    /// The state after one more byte. Throws Error(Failed) where the grammar is so ambiguous that a text can be
    /// read in more than kMaxPlaces ways.
    State next(State state, uint8_t byte) {
        const State known = steps_[state * machine_->n_classes + machine_->classes[byte]];
        return known != kUnknown ? known : step(state, byte);
    }
    State next(State state, std::string_view bytes);

    /// The text so far fits; more may follow or not.
    bool complete(State state) const { return sets_[state].complete; }
    /// It fits and nothing may follow.
    bool finished(State state) const { return complete(state) && sets_[state].begin == sets_[state].end; }

    /// The places that want a byte. Valid until the next state is made.
    std::span<const Place> places(State state) const {
        return std::span(places_).subspan(sets_[state].begin, sets_[state].end - sets_[state].begin);
    }
    /// The state of one place by itself; of what follows the topmost call of a stack.
    State state_of(Place place);
    State after_call(uint32_t stack) { return state_of({calls_[stack].target, calls_[stack].below}); }

    /// Many states are kept; they can be forgotten, all but one, which gets a new number.
    bool is_large() const { return steps_.size() + 2 * places_.size() > kMaxEntries; }
    State forget_all_but(State state);

  private:
    static constexpr State kUnknown = UINT32_MAX;
    static constexpr size_t kMaxEntries = 16 << 20;

    struct Set {
        uint32_t begin, end;  // in places_
        bool complete;
    };
    struct Call {
        uint32_t target;  // where the caller goes on
        uint32_t below;   // the rest of the stack
    };
    struct SetHash {
        const Matcher* matcher;
        size_t operator()(State state) const;
    };
    struct SetEqual {
        const Matcher* matcher;
        bool operator()(State a, State b) const;
    };

    State step(State state, uint8_t byte);
    void reset();
    /// Makes a state of the places in pending_ and all they lead to without a byte.
    State close();
    void add_pending(Place place);
    uint32_t push(uint32_t target, uint32_t stack);
    State intern(bool complete);

    std::shared_ptr<const Automaton> machine_;
    std::vector<State> steps_;  // [state][class]
    std::vector<Set> sets_;
    std::vector<Place> places_;
    std::vector<Call> calls_;
    std::unordered_map<uint64_t, uint32_t> call_index_;
    std::unordered_set<State, SetHash, SetEqual> set_index_;
    std::vector<bool> is_final_;            // of the automaton's states
    std::vector<Place> pending_, reading_;  // scratch of close
    std::unordered_set<uint64_t> seen_;
};

}  // namespace siskin
