#include "engine/read_ahead.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

class ReadsAhead : public testing::TestWithParam<TinyRecipe> {};
INSTANTIATE_TEST_SUITE_P(Families, ReadsAhead, testing::ValuesIn(tiny_recipes().begin(), tiny_recipes().end()),
                         [](const auto& recipe) {
                             std::string name = recipe.param.name;
                             for (char& c : name)
                                 if (c == '-' || c == '.') c = '_';
                             return name;
                         });

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// Every matrix of a layer is asked for before the layer, experts only where the rows will choose most of them.
TEST_P(ReadsAhead, AllMatricesOfTheNextLayer) {
    const auto model = load_bytes(make_tiny(GetParam()).bytes());
    const Config& config = model->config();
    for (const size_t n_rows : {1, 64}) {
        const bool experts = n_rows * config.n_expert_used >= config.n_expert;
        const ReadAhead read_ahead(*model, n_rows);
        for (uint32_t il = 0; il + 1 < config.n_layer; ++il) {
            size_t expected = 0, asked = 0;
            for (const Tensor& tensor : model->file().tensors()) {
                const bool of_layer = tensor.name.rfind("blk." + std::to_string(il + 1) + ".", 0) == 0;
                if (!of_layer || tensor.n_dims < 2 || !contains(tensor.name, ".weight")) continue;
                if (experts || !contains(tensor.name, "_exps")) expected += tensor.bytes();
            }
            for (const auto& range : read_ahead.after_layer(il)) asked += range.size();
            EXPECT_EQ(asked, expected) << "after layer " << il << " for " << n_rows << " rows";
        }
        const auto last = read_ahead.after_layer(config.n_layer - 1);
        ASSERT_EQ(last.size(), 1u);
        EXPECT_EQ(last[0].data(), model->weights().output.w.data);
        EXPECT_EQ(last[0].size(), model->weights().output.w.bytes());
    }
}

}  // namespace
}  // namespace siskin::test
