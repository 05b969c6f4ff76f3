#include "formats/gguf_reader.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "formats/checked.h"

namespace siskin {
namespace {

constexpr uint64_t kMaxPairs = 65'536;
constexpr uint64_t kMaxTensors = 1'000'000;
constexpr uint64_t kMaxKeyBytes = 64 * 1024;
constexpr uint64_t kMaxStringBytes = 16 * 1024 * 1024;
constexpr int64_t kMaxParts = 1024;
constexpr int64_t kMinAlignment = 8, kMaxAlignment = 65'536, kDefaultAlignment = 32;

// The least that an entry takes: length and one byte of the key, type, one byte of value; length and one byte of the
// name, number of dimensions, one dimension, type, offset.
constexpr uint64_t kMinPairBytes = 8 + 1 + 4 + 1;
constexpr uint64_t kMinTensorBytes = 8 + 1 + 4 + 8 + 4 + 8;

constexpr std::string_view kDamaged = "the file is damaged, download it again";

/// Other things that people have taken for a GGUF file, by how they begin.
struct ForeignStart {
    std::string_view start;
    std::string_view remark;
};
constexpr ForeignStart kForeignStarts[] = {
    {"<!", "a web page; the download went wrong"},
    {"<html", "a web page; the download went wrong"},
    {"version https://git-lfs", "a Git LFS pointer; fetch the file itself with git lfs pull"},
    {"PK\x03\x04", "a zip archive, perhaps a PyTorch model; convert it to GGUF"},
    {"lmgg", "a GGML file from before GGUF; convert the model again"},
    {"fmgg", "a GGML file from before GGUF; convert the model again"},
    {"tjgg", "a GGML file from before GGUF; convert the model again"},
    {"algg", "a LoRA adapter from before GGUF; convert it again"},
    {"FUGG", "a GGUF file with its bytes swapped; take the little-endian file"},
};

std::string_view what_it_is_instead(std::string_view start) {
    for (const ForeignStart& foreign : kForeignStarts)
        if (start.starts_with(foreign.start)) return foreign.remark;
    if (start.size() > 9 && start.substr(8).starts_with("{\"")) return "a safetensors file; convert it to GGUF";
    return "give a model in GGUF format";
}

std::string_view file_name_part(const std::string& path) {
    const size_t slash = path.rfind('/');
    return std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
}

}  // namespace

/// What one file of a model holds.
struct GgufPart {
    MappedFile map;  ///< empty when the bytes belong to somebody else
    size_t file_bytes = 0;
    uint32_t version = 0;
    Metadata metadata;
    std::vector<Tensor> tensors;
};

/// Parses one file, front to back: header, pairs, tensor infos, extents.
class GgufParser {
  public:
    static GgufPart parse(std::span<const std::byte> bytes, std::string_view source) {
        GgufParser parser(bytes, source);
        parser.read_header();
        parser.read_pairs();
        parser.read_alignment();
        parser.read_tensor_infos();
        parser.place_tensors();
        parser.check_overlap();
        return std::move(parser.part_);
    }

    /// One model of its parts. `source` is the name for messages.
    static GgufFile join(std::vector<GgufPart> parts, std::string_view source) {
        GgufFile file;
        file.version_ = parts[0].version;
        file.metadata_ = std::move(parts[0].metadata);
        std::vector<std::pair<std::string_view, size_t>> names;
        for (GgufPart& part : parts) {
            for (const Tensor& tensor : part.tensors) {
                names.emplace_back(tensor.name, file.tensors_.size());
                file.tensors_.push_back(tensor);
            }
            file.file_bytes_ += part.file_bytes;
            file.parts_.push_back(std::move(part.map));
        }
        file.tensor_index_ = NameIndex(std::move(names));
        if (const auto name = file.tensor_index_.duplicate())
            fail(Fault::BadData, source, ": two tensors are named ", printable(*name), "; ", kDamaged);
        return file;
    }

  private:
    GgufParser(std::span<const std::byte> bytes, std::string_view source)
        : bytes_(bytes), source_(source), cursor_(bytes, source) {
        part_.file_bytes = bytes.size();
    }

    template <class... Parts>
    [[noreturn]] void fail_here(const Parts&... parts) const {
        fail(Fault::BadData, source_, ": ", parts...);
    }

    void read_header() {
        check_magic();
        check_version(cursor_.read<uint32_t>("the version"));
        n_tensors_ = cursor_.read_count<uint64_t>("the number of tensors", kMinTensorBytes, kMaxTensors);
        n_pairs_ = cursor_.read_count<uint64_t>("the number of metadata pairs", kMinPairBytes, kMaxPairs);
    }

    void check_magic() {
        constexpr std::string_view kMagic = "GGUF";
        const std::string_view start = as_text(bytes_.first(std::min<size_t>(bytes_.size(), 32)));
        if (!start.starts_with(kMagic.substr(0, start.size())))
            fail_here("not a GGUF file: starts with \"", printable(start, 16), "\"; ", what_it_is_instead(start));
        cursor_.take(kMagic.size(), "the magic \"GGUF\"");
    }

    void check_version(uint32_t version) {
        if ((version & 0xffff) == 0 && version != 0)
            fail_here("a big-endian GGUF file (version ", version >> 24,
                      " with its bytes swapped), expected a little-endian one; take or convert a little-endian file");
        if (version == 1) fail_here("GGUF version 1, expected 2 or 3; convert the model again");
        if (version != 2 && version != 3)
            fail_here("GGUF version ", version, ", expected 2 or 3; the file is damaged or newer than this siskin");
        part_.version = version;
    }

    std::string_view read_string(std::string_view what, uint64_t limit) {
        const auto length = cursor_.read_count<uint64_t>(what, 1, limit);
        return as_text(cursor_.take(length, what));
    }

    std::string_view read_name(std::string_view what) {
        const size_t at = cursor_.position();
        const std::string_view name = read_string(what, kMaxKeyBytes);
        if (name.empty()) fail_here(what, " at byte ", at, " is empty; ", kDamaged);
        return name;
    }

    void read_pairs() {
        auto& pairs = part_.metadata.pairs_;
        pairs.reserve(n_pairs_);
        std::vector<std::pair<std::string_view, size_t>> keys;
        keys.reserve(n_pairs_);
        for (uint64_t i = 0; i < n_pairs_; ++i) {
            const std::string_view key = read_name("the length of a metadata key");
            pairs.emplace_back(key, read_value(key));
            keys.emplace_back(key, i);
        }
        part_.metadata.index_ = NameIndex(std::move(keys));
        if (const auto key = part_.metadata.index_.duplicate())
            fail_here("the metadata key ", printable(*key), " occurs twice; ", kDamaged);
    }

    GgufType read_type(std::string_view key) {
        const size_t at = cursor_.position();
        const auto id = cursor_.read<uint32_t>("a metadata type");
        if (id > uint32_t(GgufType::F64))
            fail_here(printable(key), ": metadata type ", id, " at byte ", at, ", expected 0 to 12; ", kDamaged);
        return GgufType(id);
    }

    GgufValue read_value(std::string_view key) {
        GgufValue value = {.type = read_type(key)};
        if (value.type == GgufType::Array) {
            value.is_array = true;
            value.type = read_type(key);
            if (value.type == GgufType::Array)
                fail_here(printable(key), ": an array of arrays at byte ", cursor_.position(),
                          " is not supported; convert the model again");
            const size_t min_bytes = value.type == GgufType::String ? 8 : gguf_type_bytes(value.type);
            value.count = cursor_.read_count<uint64_t>("the length of a metadata array", min_bytes, UINT64_MAX);
        }
        value.bytes = value.type == GgufType::String
                          ? take_strings(value.count)
                          : cursor_.take(value.count * gguf_type_bytes(value.type), "a metadata value");
        if (value.type == GgufType::Bool) check_bools(key, value.bytes);
        return value;
    }

    std::span<const std::byte> take_strings(uint64_t count) {
        const size_t begin = cursor_.position();
        for (uint64_t i = 0; i < count; ++i) read_string("the length of a metadata string", kMaxStringBytes);
        return bytes_.subspan(begin, cursor_.position() - begin);
    }

    void check_bools(std::string_view key, std::span<const std::byte> values) const {
        for (const std::byte value : values)
            if (value > std::byte(1))
                fail_here(printable(key), ": a bool is ", int(value), ", expected 0 or 1; ", kDamaged);
    }

    void read_alignment() {
        int64_t alignment = kDefaultAlignment;
        try {
            alignment = part_.metadata.integer("general.alignment").value_or(kDefaultAlignment);
        } catch (const Error& error) {
            fail_here(error.what());
        }
        const bool power_of_two = alignment > 0 && (alignment & (alignment - 1)) == 0;
        if (!power_of_two || alignment < kMinAlignment || alignment > kMaxAlignment)
            fail_here("general.alignment: ", alignment, ", expected a power of two from ", kMinAlignment, " to ",
                      kMaxAlignment, "; ", kDamaged);
        alignment_ = uint64_t(alignment);
    }

    void read_tensor_infos() {
        cursor_.check_count(n_tensors_, "the number of tensors", kTensorCountAt, kMinTensorBytes, kMaxTensors);
        part_.tensors.reserve(n_tensors_);
        offsets_.reserve(n_tensors_);
        sizes_.reserve(n_tensors_);
        for (uint64_t i = 0; i < n_tensors_; ++i) read_tensor_info();
    }

    void read_tensor_info() {
        Tensor tensor;
        tensor.name = read_name("the length of a tensor name");
        tensor.n_dims = cursor_.read<uint32_t>("the number of dimensions of a tensor");
        if (tensor.n_dims < 1 || tensor.n_dims > tensor.dims.size())
            fail_tensor(tensor, tensor.n_dims, " dimensions, expected 1 to 4; ", kDamaged);
        for (uint32_t i = 0; i < tensor.n_dims; ++i) tensor.dims[i] = cursor_.read<uint64_t>("a tensor dimension");
        const auto type = cursor_.read<uint32_t>("a tensor type");
        tensor.dtype = find_dtype(type);
        if (!tensor.dtype) fail_tensor(tensor, "unsupported weights: ", describe_dtype(type));
        sizes_.push_back(checked_bytes(tensor));
        offsets_.push_back(cursor_.read<uint64_t>("a tensor offset"));
        if (offsets_.back() % alignment_ != 0)
            fail_tensor(tensor, "offset ", offsets_.back(), " is no multiple of the alignment ", alignment_, "; ",
                        kDamaged);
        part_.tensors.push_back(tensor);
    }

    template <class... Parts>
    [[noreturn]] void fail_tensor(const Tensor& tensor, const Parts&... parts) const {
        fail_here(printable(tensor.name), ": ", parts...);
    }

    /// The size of a tensor, whose shape is checked on the way.
    uint64_t checked_bytes(const Tensor& tensor) const {
        uint64_t n_elems = 1;
        for (uint32_t i = 0; i < tensor.n_dims; ++i) {
            if (tensor.dims[i] == 0) fail_tensor(tensor, "shape ", tensor.shape(), " has a zero; ", kDamaged);
            const auto product = checked_mul(n_elems, tensor.dims[i]);
            if (!product) fail_tensor(tensor, "shape ", tensor.shape(), " is too large; ", kDamaged);
            n_elems = *product;
        }
        const DTypeInfo& dtype = *tensor.dtype;
        if (tensor.row_elems() % dtype.block_elems != 0)
            fail_tensor(tensor, "shape ", tensor.shape(), ": the row length is no multiple of ", dtype.block_elems,
                        ", the block of ", dtype.name, "; ", kDamaged);
        const auto bytes = checked_mul(n_elems / dtype.block_elems, dtype.block_bytes);
        if (!bytes) fail_tensor(tensor, "shape ", tensor.shape(), " is too large; ", kDamaged);
        return *bytes;
    }

    /// Turns offsets into addresses, once it is known that all data lie inside the file.
    void place_tensors() {
        if (part_.tensors.empty()) return;
        const auto data_begin = checked_align(cursor_.position(), alignment_);
        uint64_t needed = 0;
        size_t last = 0;
        for (size_t i = 0; i < part_.tensors.size(); ++i) {
            const auto begin = checked_add(data_begin.value_or(UINT64_MAX), offsets_[i]);
            const auto end = begin ? checked_add(*begin, sizes_[i]) : std::nullopt;
            if (!end) fail_tensor(part_.tensors[i], "offset ", offsets_[i], " is too large; ", kDamaged);
            if (*end <= needed) continue;
            needed = *end;
            last = i;
        }
        if (needed > bytes_.size())
            fail_here("the file is cut short: expected ", needed, " bytes up to the end of ",
                      printable(part_.tensors[last].name), ", got ", bytes_.size(), "; download it again");
        for (size_t i = 0; i < part_.tensors.size(); ++i)
            part_.tensors[i].data = bytes_.data() + *data_begin + offsets_[i];
    }

    void check_overlap() const {
        std::vector<size_t> order(part_.tensors.size());
        std::iota(order.begin(), order.end(), size_t(0));
        std::sort(order.begin(), order.end(), [this](size_t a, size_t b) { return offsets_[a] < offsets_[b]; });
        for (size_t i = 1; i < order.size(); ++i) {
            const size_t before = order[i - 1], after = order[i];
            if (offsets_[before] + sizes_[before] > offsets_[after])
                fail_here(printable(part_.tensors[before].name), " and ", printable(part_.tensors[after].name),
                          " overlap at offset ", offsets_[after], "; ", kDamaged);
        }
    }

    static constexpr size_t kTensorCountAt = 8;  ///< where the header has the number of tensors

    std::span<const std::byte> bytes_;
    std::string_view source_;
    ByteCursor cursor_;
    GgufPart part_;
    uint64_t n_tensors_ = 0, n_pairs_ = 0, alignment_ = kDefaultAlignment;
    std::vector<uint64_t> offsets_, sizes_;  ///< of each tensor, in bytes
};

namespace {

/// Where a file stands in a split model, by its metadata.
struct SplitPlace {
    int64_t no = 0, count = 0;
    bool is_split() const { return count > 1; }
};

SplitPlace split_place(const Metadata& metadata, const std::string& source) {
    SplitPlace place;
    try {
        place.count = metadata.integer("split.count").value_or(0);
        place.no = metadata.integer("split.no").value_or(0);
    } catch (const Error& error) {
        fail(Fault::BadData, source, ": ", error.what());
    }
    // Files merged again keep a count of 0.
    if (place.count < 0 || place.count > kMaxParts)
        fail(Fault::BadData, source, ": split.count: ", place.count, ", expected 0 to ", kMaxParts, "; ", kDamaged);
    if (place.no < 0 || place.no >= std::max<int64_t>(place.count, 1))
        fail(Fault::BadData, source, ": split.no: ", place.no, ", expected less than split.count, which is ",
             place.count, "; ", kDamaged);
    return place;
}

std::string five_digits(int64_t n) {
    const std::string digits = std::to_string(n);
    return std::string(5 - std::min<size_t>(5, digits.size()), '0') + digits;
}

/// How the names of all parts end: "-00002-of-00005.gguf".
std::string part_suffix(int64_t part, int64_t count) {
    return "-" + five_digits(part) + "-of-" + five_digits(count) + ".gguf";
}

/// Path of another part of the model that `path` is a part of; parts count from 1. The name is made from the name of
/// `path` alone, so it stays in the same folder. Throws when `path` does not have the name of its part.
std::string sibling(const std::string& path, int64_t part, int64_t wanted, int64_t count) {
    const std::string suffix = part_suffix(part, count);
    if (!file_name_part(path).ends_with(suffix))
        fail(Fault::BadData, path, ": part ", part, " of ", count, " of a split model, expected a name that ends in ",
             suffix, "; give the parts their original names, else they cannot be found");
    return path.substr(0, path.size() - suffix.size()) + part_suffix(wanted, count);
}

void check_place(const Metadata& metadata, const std::string& path, int64_t part, int64_t count) {
    const SplitPlace place = split_place(metadata, path);
    if (place.no != part - 1 || place.count != count)
        fail(Fault::BadData, path, ": expected part ", part, " of ", count, ", got part ", place.no + 1, " of ",
             place.count, "; it belongs to another model, download it again");
}

GgufPart open_part(const std::string& path) {
    MappedFile map{std::filesystem::path(path)};
    GgufPart part = GgufParser::parse(map.bytes(), path);
    part.map = std::move(map);
    return part;
}

/// Opens part `no`, counted from 1, of a split model.
GgufPart open_later_part(const std::string& path, int64_t no, int64_t count) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        fail(Fault::NoInput, path, ": part ", no, " of ", count,
             " of the model is missing; put all parts into one folder");
    GgufPart part = open_part(path);
    check_place(part.metadata, path, no, count);
    return part;
}

void check_tensor_total(const GgufFile& file, const std::string& path) {
    std::optional<int64_t> expected;
    try {
        expected = file.metadata().integer("split.tensors.count");
    } catch (const Error& error) {
        fail(Fault::BadData, path, ": ", error.what());
    }
    if (expected && *expected != int64_t(file.tensors().size()))
        fail(Fault::BadData, path, ": split.tensors.count: expected ", *expected, " tensors in all parts, got ",
             file.tensors().size(), "; the parts do not belong together, download them again");
}

}  // namespace

GgufFile GgufFile::open(const std::filesystem::path& path) {
    const std::string first = path.string();
    std::vector<GgufPart> parts;
    parts.push_back(open_part(first));
    const SplitPlace place = split_place(parts[0].metadata, first);
    if (place.no != 0)
        fail(Fault::BadData, first, ": part ", place.no + 1, " of ", place.count, " of a split model; open the first, ",
             sibling(first, place.no + 1, 1, place.count));
    if (!place.is_split()) return GgufParser::join(std::move(parts), first);

    for (int64_t no = 2; no <= place.count; ++no)
        parts.push_back(open_later_part(sibling(first, 1, no, place.count), no, place.count));
    GgufFile file = GgufParser::join(std::move(parts), first);
    check_tensor_total(file, first);
    return file;
}

GgufFile GgufFile::parse(std::span<const std::byte> bytes, std::string_view name) {
    std::vector<GgufPart> parts;
    parts.push_back(GgufParser::parse(bytes, name));
    return GgufParser::join(std::move(parts), name);
}

int64_t GgufFile::changed_ns() const {
    int64_t last = 0;
    for (const MappedFile& part : parts_) last = std::max(last, part.changed_ns());
    return last;
}

void GgufFile::use_large_pages() const {
    for (const MappedFile& part : parts_) part.use_large_pages();
}

const Tensor* GgufFile::find(std::string_view name) const {
    const auto at = tensor_index_.find(name);
    return at ? &tensors_[*at] : nullptr;
}

}  // namespace siskin
