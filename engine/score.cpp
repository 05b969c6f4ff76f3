#include "engine/score.h"

#include <algorithm>
#include <cmath>

#include "engine/batch.h"
#include "engine/checks.h"

namespace siskin {
namespace {

/// Answers whose sessions share a pass, and rows of a pass: logits take memory.
constexpr size_t kAnswersAtOnce = 16, kRowsAtOnce = 32;

/// log(sum of exp(x)), where exp(x) itself may be no number any more.
double log_sum(std::span<const float> values) {
    const double top = *std::max_element(values.begin(), values.end());
    double sum = 0;
    for (const float value : values) sum += std::exp(value - top);
    return top + std::log(sum);
}

/// The logarithm of the chance that one of `tokens` is next.
double log_chance(std::span<const float> logits, std::span<const Token> tokens) {
    std::vector<float> wanted;
    for (const Token token : tokens) wanted.push_back(logits[size_t(token)]);
    return log_sum(wanted) - log_sum(logits);
}

/// An answer on its way: its first token is scored, `n_read` are read.
struct Branch {
    Branch(const Session& prompt, const std::shared_ptr<const Model>& model, Runtime& runtime,
           const SessionOptions& options, const std::vector<Token>& tokens, size_t to_read, double& log_chance)
        : session(model, runtime, options), answer(tokens), n_to_read(to_read), sum(log_chance) {
        session.share(prompt, prompt.tokens().size());
    }
    Session session;
    const std::vector<Token>& answer;
    const size_t n_to_read;
    size_t n_read = 0;
    double& sum;
};

/// Reads all branches to their ends. False when a pass was stopped.
bool read(std::vector<Branch>& branches, Runtime& runtime, std::span<const Token> ends) {
    struct Row {
        Branch* branch;
        size_t n_read;  // of the answer's tokens, this one included
    };
    for (;;) {
        Batch batch;
        std::vector<Row> rows;
        for (Branch& branch : branches)
            while (branch.n_read < branch.n_to_read && rows.size() < std::min(runtime.n_batch(), kRowsAtOnce)) {
                batch.add(branch.session, branch.answer[branch.n_read], true);
                rows.push_back({&branch, ++branch.n_read});
            }
        if (rows.empty()) return true;
        if (!batch.run(runtime)) return false;
        for (size_t i = 0; i < rows.size(); ++i) {
            const auto& [branch, n_read] = rows[i];
            const bool whole = n_read == branch->answer.size();
            check_logits(batch.logits(i), branch->session.tokens().size());
            branch->sum += log_chance(batch.logits(i), whole ? ends : std::span(&branch->answer[n_read], 1));
        }
    }
}

}  // namespace

std::vector<double> log_chances(const std::shared_ptr<const Model>& model, Runtime& runtime, SessionOptions options,
                                std::span<const Token> prompt, std::span<const std::vector<Token>> answers,
                                std::span<const Token> ends) {
    Session session(model, runtime, options);
    const std::span<const float> logits = session.feed(prompt);
    if (logits.empty()) return {};
    check_logits(logits, prompt.size());
    std::vector<double> out;
    for (const std::vector<Token>& answer : answers) out.push_back(log_chance(logits, std::span(answer).first(1)));
    for (size_t begin = 0; begin < answers.size(); begin += kAnswersAtOnce) {
        std::vector<Branch> branches;
        branches.reserve(kAnswersAtOnce);
        for (size_t i = begin; i < std::min(begin + kAnswersAtOnce, answers.size()); ++i)
            if (const size_t n = answers[i].size() - ends.empty(); n > 0)
                branches.emplace_back(session, model, runtime, options, answers[i], n, out[i]);
        if (!read(branches, runtime, ends)) return {};
    }
    return out;
}

}  // namespace siskin
