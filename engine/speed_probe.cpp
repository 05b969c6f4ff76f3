#include "engine/speed_probe.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>

#include "engine/forward.h"
#include "engine/pass.h"
#include "formats/mapped_file.h"
#include "ops/attention.h"

namespace siskin {
namespace {

/// Weights that layers should make up together, so that they come from memory as in a run, and not from a cache.
constexpr double kAnswerBytes = 256e6;
/// Products of a pass over a prompt, about: a tenth of a second.
constexpr double kPromptProducts = 5e10;
/// Columns that the kernels take at once: passes of fewer rows make less of the weights they decode.
constexpr size_t kPromptRows = 128;
/// Keys and values that are made up for the layers, at most.
constexpr size_t kKvBytes = size_t(512) << 20;
constexpr int kPromptTimes = 3, kAnswerTimes = 7;

struct Stopped {};

template <class Task>
double seconds(Task&& task) {
    const auto start = std::chrono::steady_clock::now();
    task();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// n of all layers, evenly spread: files give some layers wider types than others.
std::vector<uint32_t> spread(uint32_t n, uint32_t all) {
    std::vector<uint32_t> layers;
    for (uint32_t i = 0; i < n; ++i) layers.push_back((2 * i + 1) * all / (2 * n));
    return layers;
}

/// Products of a pass for each token: the last layer makes only keys and values of those whose logits nobody wants.
double products_of_pass(const Model& model) {
    const Layer& last = model.weights().layers.back();
    Work whole(model), of_last;
    of_last.add(last, model.config());
    return whole.products - of_last.products + double(last.wk.w.n_elems() + last.wv.w.n_elems());
}

/// Of all experts, not only of those that a token needs.
double size_of_layers(const Model& model) {
    double sum = -double(model.weights().output.w.bytes());
    for (const auto& weights : Work(model).weights) sum += double(weights.size());
    return sum;
}

double bytes_of_layers(const Model& model) { return Work(model).bytes - double(model.weights().output.w.bytes()); }

struct TimeOfPass {
    double layers, output;  ///< seconds: up to the output matrix, and for that
};

/// Some layers of a model with a text of which keys and values are made up.
class Probe {
  public:
    Probe(const std::shared_ptr<const Model>& whole, uint32_t n_layers, Runtime& runtime, KvTypes types)
        : model_(whole->with_layers(spread(n_layers, whole->config().n_layer))),
          runtime_(runtime),
          cache_(model_->config(), types) {
        // A pass of one row needs few of the experts, and each time others.
        for (const auto& weights : Work(*model_).weights) MappedFile::prefetch(weights);
    }

    const Model& model() const { return *model_; }

    /// What a pass over n rows takes that begins at a position and wants logits of the last row. Medians; the first
    /// pass is not timed.
    TimeOfPass time_of_pass(size_t position, size_t n, int times) {
        fill_to(position + n);
        pass(position, n);
        std::vector<double> layers, output;
        for (int i = 0; i < times; ++i) {
            const double whole = seconds([&] { pass(position, n); });
            output.push_back(seconds([&] { output_matrix(); }));
            layers.push_back(std::max(0.0, whole - output.back()));
        }
        return {median(layers), median(output)};
    }

  private:
    void fill_to(size_t end) {
        cache_.reserve(end);
        constexpr int kSmallNumber = 0x11;  // in every type
        for (size_t il = 0; il < model_->config().n_layer; ++il)
            for (size_t page = 0; page * kPageKeys < end; ++page)
                for (const auto piece : cache_.pieces(il, page, kPageKeys))
                    std::memset(piece.data(), kSmallNumber, piece.size());
    }

    void pass(size_t position, size_t n) {
        std::vector<Batch::Row> rows;
        for (size_t i = 0; i < n; ++i)
            rows.push_back(
                {nullptr, &cache_, false, Token(random_() % model_->config().n_vocab), position + i, i + 1 == n});
        if (!forward(runtime_, runtime_.scratch(model_, n), rows)) throw Stopped();
    }

    /// Again what the last pass did at its end.
    void output_matrix() {
        Scratch& scratch = runtime_.scratch(model_, 1);
        runtime_.team().run_again(1, [&](Worker& worker) {
            matmul(worker, {product(model_->weights().output, scratch.last, scratch.logits, 1)});
            worker.sync();
        });
    }

    std::shared_ptr<const Model> model_;
    Runtime& runtime_;
    KvCache cache_;
    std::mt19937 random_{1};
};

/// So many layers that `enough` of something comes together of which all have `all`, but no more than the keys and
/// values of a text of n tokens allow.
uint32_t layers_for(const Model& model, KvTypes types, size_t n, double enough, double all) {
    const double n_layer = model.config().n_layer;
    const double kv = double(KvCache(model.config(), types).bytes_at(n, n));
    const double wanted = std::ceil(n_layer * enough / all), possible = std::floor(n_layer * kKvBytes / kv);
    return uint32_t(std::clamp(std::min(wanted, possible), 1.0, n_layer));
}

double answer_seconds(const std::shared_ptr<const Model>& model, Runtime& runtime, KvTypes types, size_t depth) {
    const double all = bytes_of_layers(*model);
    const uint32_t n_layers = layers_for(*model, types, depth + 1, kAnswerBytes, size_of_layers(*model));
    Probe probe(model, std::max(n_layers, std::min<uint32_t>(2, model->config().n_layer)), runtime, types);
    const TimeOfPass time = probe.time_of_pass(depth, 1, kAnswerTimes);
    return time.layers * all / bytes_of_layers(probe.model()) + time.output;
}

double prompt_seconds(const std::shared_ptr<const Model>& model, Runtime& runtime, KvTypes types, size_t n) {
    const double all = products_of_pass(*model);
    const size_t most = std::min(n, runtime.n_batch());
    // Experts see only some of a pass's tokens each: there, passes have to be as long as in a run.
    const bool experts = model->config().n_expert > 0;
    const size_t n_rows = experts ? most : std::min(most, kPromptRows);
    // Two whole layers and what is done of the last one, at least.
    const uint32_t least = std::min<uint32_t>(3, model->config().n_layer);
    const double enough = kPromptProducts / double(n_rows);
    Probe probe(model, std::max(least, layers_for(*model, types, n, enough, all)), runtime, types);
    const TimeOfPass time = probe.time_of_pass((n - n_rows) / 2, n_rows, kPromptTimes);
    return time.layers * all / products_of_pass(probe.model()) * double(n) / double(n_rows) + time.output;
}

}  // namespace

Work::Work(const Model& model) {
    for (const Layer& layer : model.weights().layers) add(layer, model.config());
    add(model.weights().output.w, 0, 1);
}

void Work::add(const Layer& layer, const Config& config) {
    const double used = config.n_expert ? double(config.n_expert_used) / config.n_expert : 1;
    for (const Linear* one : layer.matrices()) add(one->w, 1, 1);
    for (const Linear* stack : layer.expert_stacks()) add(stack->w, used, used);
}

void Work::add(const Tensor& w, double products_of, double bytes_of) {
    if (!w.data) return;
    products += products_of * double(w.n_elems());
    bytes += bytes_of * double(w.bytes());
    weights.emplace_back(w.data, w.bytes());
}

Speed probe_speed(const std::shared_ptr<const Model>& model, Runtime& runtime, KvTypes types, uint32_t n_prompt,
                  uint32_t n_answer) {
    try {
        const size_t n = std::max(n_prompt, 1u);
        const double prompt = prompt_seconds(model, runtime, types, n);
        const double answer = answer_seconds(model, runtime, types, size_t(n_prompt) + n_answer / 2);
        return {double(n) / prompt, 1 / answer};
    } catch (const Stopped&) {
        return {};
    }
}

}  // namespace siskin
