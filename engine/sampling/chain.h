#pragma once
// What the steps of sampling work on, one after another: first the logits of the whole vocabulary, then the candidates
// that are left of it.

#include <algorithm>
#include <limits>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "engine/sampler.h"

namespace siskin {

inline constexpr float kNever = -std::numeric_limits<float>::infinity();

struct Candidate {
    Token id;
    float logit;
    float p;  ///< set by update_probabilities
};

/// A total order, so that every library's sort gives the same result: equal logits go by id.
inline bool before(const Candidate& a, const Candidate& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
}

struct SamplerChain {
    SamplerChain(const SamplerParams& params, TextOf text);

    // What a call is about.
    std::span<const float> given;
    std::span<const Token> history;

    // What is left. No candidate's logit is -infinity, and there is at least one.
    std::span<const float> logits;      ///< [n_vocab]: `given`, or the copy that a step has changed
    bool gathered = false;              ///< whether `candidates` stand in the place of `logits`
    std::vector<Candidate> candidates;  ///< the n_sorted best in order, the others in an order that no library decides
    size_t n_sorted = 0;

    // What lasts from call to call.
    TextOf text_of;
    std::mt19937_64 random, xtc_random;
    double mirostat_mu;
    double adaptive_sum, adaptive_weight;  ///< of the probabilities chosen so far

    std::vector<uint32_t> marks;  ///< [n_vocab] for a step's own use, all zero between steps

    void begin(std::span<const float> all_logits, std::span<const Token> tokens_before);

    /// Changes the logits of those of `tokens` that are left and have a mark, once each: change(token, mark, logit).
    /// Clears their marks.
    template <class Change>
    void change_marked(std::span<const Token> tokens, Change&& change) {
        if (gathered)
            for (Candidate& c : candidates)
                if (const uint32_t mark = marks[size_t(c.id)]) change(c.id, mark, c.logit);
        for (const Token token : tokens) {
            const uint32_t mark = std::exchange(marks[size_t(token)], 0);
            if (mark && !gathered) change(token, mark, changeable_logits()[size_t(token)]);
        }
        if (gathered) drop_impossible();
    }
    std::span<float> changeable_logits();

    /// Makes candidates of the tokens whose logit is at least `least`, by id; later calls drop the others.
    void gather(float least = std::numeric_limits<float>::lowest());
    /// The same for the k best, in order.
    void gather_best(size_t k);

    /// Puts the n best candidates in front, in order. What is behind them is left in no order that may be relied on.
    void sort_front(size_t n);

    /// Keeps the fewest candidates, taken in the order `less`, of whose probabilities the sum is enough(sum). The first
    /// n_ordered are in that order already, and the rest is ordered as far as it is needed.
    template <class Less, class Enough>
    void keep_until(size_t n_ordered, Less less, Enough enough) {
        double sum = 0;
        for (size_t i = 0; i < candidates.size(); ++i) {
            if (i == n_ordered) order_front(i, n_ordered = std::min(candidates.size(), i == 0 ? 64 : 4 * i), less);
            sum += double(candidates[i].p);
            if (enough(sum)) return candidates.resize(i + 1);
        }
    }

    /// Sets the probability of every candidate. The softmax of the kernel table has the same bits on every instruction
    /// set; its sum runs in the order of the candidates, which never depends on a library either.
    void update_probabilities();

    template <class Drop>
    void drop_if(Drop&& drop) {
        // Those in order stay in order, so that as many of them as are left are the best of all.
        size_t kept_in_order = 0;
        for (size_t i = 0; i < n_sorted; ++i) kept_in_order += !drop(candidates[i]);
        std::erase_if(candidates, drop);
        n_sorted = kept_in_order;
    }

    float best_logit() const;
    /// How far a candidate's logit is below the best on average, by the probabilities, which are up to date. As
    /// -ln p = (best logit - logit) - ln(best p), the entropy is this less ln(best p).
    double mean_gap() const;

    /// Drops candidates whose logit became -infinity.
    void drop_impossible();

  private:
    /// Orders the candidates from `from` to `to`, those before `from` being the first of all.
    template <class Less>
    void order_front(size_t from, size_t to, Less less) {
        const auto begin = candidates.begin() + ptrdiff_t(from), end = candidates.begin() + ptrdiff_t(to);
        if (end != candidates.end()) std::nth_element(begin, end, candidates.end(), less);
        std::sort(begin, end, less);
    }
    void never_empty();

    std::vector<float> changed_, scratch_;
};

}  // namespace siskin
