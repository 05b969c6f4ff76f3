#include "engine/grammar/matcher.h"

#include <algorithm>
#include <utility>

#include "formats/error.h"

namespace siskin {
namespace {

uint64_t packed(uint32_t high, uint32_t low) { return uint64_t(high) << 32 | low; }

}  // namespace

size_t Matcher::SetHash::operator()(State state) const {
    uint64_t hash = matcher->sets_[state].complete;
    for (const Place& place : matcher->places(state)) {
        hash = (hash ^ packed(place.state, place.stack)) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    return size_t(hash);
}

bool Matcher::SetEqual::operator()(State a, State b) const {
    const auto left = matcher->places(a), right = matcher->places(b);
    return matcher->complete(a) == matcher->complete(b) &&
           std::equal(left.begin(), left.end(), right.begin(), right.end());
}

Matcher::Matcher(std::shared_ptr<const Automaton> machine)
    : machine_(std::move(machine)),
      set_index_(64, SetHash{this}, SetEqual{this}),
      is_final_(machine_->begins.size() - 1) {
    for (const Automaton::Ends& ends : machine_->rules) is_final_[ends.final] = true;
    reset();
}

void Matcher::reset() {
    set_index_.clear();
    call_index_.clear();
    calls_.assign(1, {0, 0});
    places_.clear();
    sets_.assign(1, {0, 0, false});
    steps_.assign(machine_->n_classes, kDead);
    set_index_.insert(kDead);
}

Matcher::State Matcher::start() { return state_of({machine_->rules[machine_->root].start, kNoStack}); }

Matcher::State Matcher::state_of(Place place) {
    pending_.clear();
    seen_.clear();
    add_pending(place);
    return close();
}

Matcher::State Matcher::next(State state, std::string_view bytes) {
    for (const char byte : bytes) state = next(state, uint8_t(byte));
    return state;
}

Matcher::State Matcher::step(State state, uint8_t byte) {
    pending_.clear();
    seen_.clear();
    for (const Place& place : places(state))
        for (const Automaton::Edge& edge : machine_->from(place.state))
            if (edge.kind == Automaton::Edge::Kind::Byte && edge.first <= byte && byte <= edge.last)
                add_pending({edge.target, place.stack});
    const State reached = close();
    steps_[state * machine_->n_classes + machine_->classes[byte]] = reached;
    return reached;
}

void Matcher::add_pending(Place place) {
    // Few places are compared, many are looked up.
    constexpr size_t kFew = 16;
    if (pending_.size() < kFew) {
        if (std::find(pending_.begin(), pending_.end(), place) != pending_.end()) return;
    } else {
        if (seen_.empty())
            for (const Place& other : pending_) seen_.insert(packed(other.state, other.stack));
        if (!seen_.insert(packed(place.state, place.stack)).second) return;
    }
    if (pending_.size() >= kMaxPlaces)
        fail(Fault::Failed, "grammar: so ambiguous that the text can be read in more than ", kMaxPlaces, " ways");
    pending_.push_back(place);
}

Matcher::State Matcher::close() {
    bool complete = false;
    reading_.clear();
    for (size_t i = 0; i < pending_.size(); ++i) {
        const Place place = pending_[i];
        if (is_final_[place.state]) {
            if (place.stack == kNoStack)
                complete = true;
            else
                add_pending({calls_[place.stack].target, calls_[place.stack].below});
            continue;
        }
        bool reads = false;
        for (const Automaton::Edge& edge : machine_->from(place.state)) {
            if (edge.kind == Automaton::Edge::Kind::Byte) {
                reads = true;
            } else if (edge.kind == Automaton::Edge::Kind::Empty) {
                add_pending({edge.target, place.stack});
            } else {
                // A call that is the last thing of its rule returns to that rule's caller, so that lists written as
                // recursion do not grow a stack.
                const uint32_t stack = is_final_[edge.target] ? place.stack : push(edge.target, place.stack);
                add_pending({machine_->rules[edge.rule].start, stack});
            }
        }
        if (reads) reading_.push_back(place);
    }
    return intern(complete);
}

uint32_t Matcher::push(uint32_t target, uint32_t stack) {
    const auto [entry, is_new] = call_index_.try_emplace(packed(target, stack), uint32_t(calls_.size()));
    if (is_new) calls_.push_back({target, stack});
    return entry->second;
}

Matcher::State Matcher::intern(bool complete) {
    if (steps_.size() + 2 * places_.size() > 8 * kMaxEntries)
        fail(Fault::Failed, "grammar: so ambiguous that its states fill the memory");
    std::sort(reading_.begin(), reading_.end(),
              [](const Place& a, const Place& b) { return packed(a.state, a.stack) < packed(b.state, b.stack); });
    const auto begin = uint32_t(places_.size());
    places_.insert(places_.end(), reading_.begin(), reading_.end());
    sets_.push_back({begin, uint32_t(places_.size()), complete});
    const auto [known, is_new] = set_index_.insert(State(sets_.size() - 1));
    if (is_new) {
        steps_.resize(steps_.size() + machine_->n_classes, kUnknown);
    } else {
        sets_.pop_back();
        places_.resize(begin);
    }
    return *known;
}

Matcher::State Matcher::forget_all_but(State state) {
    const bool was_complete = complete(state);
    const std::vector<Place> kept(places(state).begin(), places(state).end());
    const std::vector<Call> calls = std::exchange(calls_, {});
    reset();
    reading_.clear();
    for (const Place& place : kept) {
        std::vector<uint32_t> targets;
        for (uint32_t stack = place.stack; stack != kNoStack; stack = calls[stack].below)
            targets.push_back(calls[stack].target);
        uint32_t stack = kNoStack;
        for (; !targets.empty(); targets.pop_back()) stack = push(targets.back(), stack);
        reading_.push_back({place.state, stack});
    }
    return intern(was_complete);
}

}  // namespace siskin
