#include "cli/model_facts.h"

#include <algorithm>
#include <cstdio>
#include <span>
#include <string_view>

namespace siskin {
namespace {

constexpr size_t kSampleBytes = 256;

/// FNV-1a, 64 bits.
class Hash {
  public:
    void add(std::span<const std::byte> bytes) {
        for (const std::byte b : bytes) value_ = (value_ ^ uint64_t(b)) * 0x100000001b3;
    }
    void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
    void add(uint64_t number) { add(std::as_bytes(std::span(&number, 1))); }
    uint64_t value() const { return value_; }

  private:
    uint64_t value_ = 0xcbf29ce484222325;
};

/// "1.24 G" and its like: three digits or so, and the prefix of a unit.
std::string scaled(double value, double step, std::string_view prefixes) {
    size_t i = 0;
    for (; value >= step && i < prefixes.size(); ++i) value /= step;
    char text[64];
    if (i == 0)
        std::snprintf(text, sizeof text, "%.0f ", value);
    else
        std::snprintf(text, sizeof text, "%.*f %c", value < 100 ? 2 : 0, value, prefixes[i - 1]);
    return text;
}

}  // namespace

std::map<DType, TypeShare> type_shares(const GgufFile& file) {
    std::map<DType, TypeShare> shares;
    for (const Tensor& tensor : file.tensors()) {
        TypeShare& share = shares[tensor.dtype->type];
        share.n_tensors += 1;
        share.n_elems += tensor.n_elems();
        share.bytes += tensor.bytes();
    }
    return shares;
}

uint64_t n_params(const GgufFile& file) {
    uint64_t n = 0;
    for (const Tensor& tensor : file.tensors()) n += tensor.n_elems();
    return n;
}

uint64_t tensor_bytes(const GgufFile& file) {
    uint64_t n = 0;
    for (const Tensor& tensor : file.tensors()) n += tensor.bytes();
    return n;
}

std::string type_summary(const GgufFile& file) {
    std::string out(file.metadata().string("general.architecture").value_or("unknown"));
    const auto shares = type_shares(file);
    if (shares.empty()) return out;
    const auto most = std::max_element(
        shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.second.n_elems < b.second.n_elems; });
    std::string params = count_text(n_params(file));
    params.erase(std::remove(params.begin(), params.end(), ' '), params.end());
    return out + " " + params + " " + std::string(dtype_info(most->first).name);
}

std::string fingerprint(const GgufFile& file) {
    Hash hash;
    for (const auto& [key, value] : file.metadata().pairs()) {
        hash.add(key);
        hash.add(value.bytes);
    }
    for (const Tensor& tensor : file.tensors()) {
        hash.add(tensor.name);
        hash.add(uint64_t(tensor.dtype->type));
        for (const uint64_t dim : tensor.dims) hash.add(dim);
        const std::span data(tensor.data, tensor.bytes());
        hash.add(data.first(std::min(data.size(), kSampleBytes)));
        hash.add(data.last(std::min(data.size(), kSampleBytes)));
    }
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash.value()));
    return text;
}

std::string count_text(uint64_t n) {
    std::string text = scaled(double(n), 1000, "KMBT");
    if (text.ends_with(' ')) text.pop_back();
    return text;
}

std::string bytes_text(uint64_t n) {
    const std::string text = scaled(double(n), 1024, "KMGT");
    return text.ends_with(' ') ? text + "B" : text + "iB";
}

}  // namespace siskin
