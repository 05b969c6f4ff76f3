// Sources: the regular expressions of the models' own tokenizer.json; names as GGUF files carry them. Real Unicode
// categories throughout. Where an expression is written differently from its source, it matches the same text and the
// comment says what was gained; tests/engine/tokenizer_pre_test.cpp compares the two.

#include "engine/tokenizer/pre_table.h"

#include <algorithm>
#include <vector>

namespace siskin {
namespace {

constexpr const char* kDigit = R"(\p{N})";
constexpr const char* kThreeDigits = R"(\p{N}{1,3})";
constexpr const char* kLines = R"([^\n]+|[\n]+)";

constexpr const char* kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

constexpr const char* kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+)"
    R"(|\s+(?!\S)|\s+)";

constexpr const char* kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+)"
    R"(|\s+(?!\S)|\s+)";

constexpr const char* kMiniCpm5 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+)"
    R"(|\s+(?!\S)|\s+)";

constexpr const char* kQwen35 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr const char* kSeedCoder =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+)"
    R"(|\s+(?!\S)|\s+)";

constexpr const char* kBailing =
    R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n])"
    R"(|\s+(?!\S)|\s+)";

// The words are (?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+ in the source, which remembers every letter for backtracking.
constexpr const char* kExaoneMoe =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}[\p{L}\p{M}]*+(?: \p{L}[\p{L}\p{M}]*+)*+|\p{N})"
    R"(| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+)";

constexpr const char* kGpt4o =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr const char* kYoutu =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr const char* kTekken = R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
                                R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
                                R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// The words of gpt-4o outside of \p{sc:Han}. In the source they are U*L+ and U+L* with a look-ahead before every
// letter, where U and L share Lm, Lo and M, and each letter is remembered for backtracking. U*L+ is what it comes down
// to: U* and a lower-case letter and L*, or else all of U* up to the last letter that is in L as well.
constexpr const char* kKimiK2 =
    R"(\p{sc:Han}+)"
    R"(|[^\r\n\p{L}\p{N}]?(?:(?:(?!\p{sc:Han})[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])*+\p{Ll})"
    R"((?:(?!\p{sc:Han})[\p{Ll}\p{Lm}\p{Lo}\p{M}])*+)"
    R"(|(?:[\p{Lu}\p{Lt}]*+(?:(?!\p{sc:Han})[\p{Lm}\p{Lo}\p{M}])++)++)(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}]++(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr const char* kDeepSeekV3 =
    R"re([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+)re"
    R"(| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kHanAndKana = R"([\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+)";

constexpr const char* kDeepSeekLlmWord =
    R"(\s?[A-Za-z\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293}\x{295}-\x{2AF})"
    R"(\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A}\x{38C}\x{38E}-\x{3A1})"
    R"(\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{10A0}-\x{10C5}\x{13A0}-\x{13F5})"
    R"(\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A})"
    R"(\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B})"
    R"(\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC})"
    R"(\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107})"
    R"(\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134})"
    R"(\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4})"
    R"(\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x{A787})"
    R"(\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A})"
    R"(\x{10400}-\x{1044F}\x{104B0}-\x{104D3}\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2})"
    R"(\x{118A0}-\x{118DF}\x{1E900}-\x{1E943}]+)";
constexpr const char* kDeepSeekLlmSign =
    R"(\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3000}-\x{3002}]+)";
// \s+$ in the source, which would try every character of a long gap as its beginning.
constexpr const char* kTrailingSpace = R"((?<!\s)\s++$)";
constexpr const char* kDeepSeekCjk = R"([\x{4E00}-\x{9FA5}\x{800}-\x{4E00}\x{AC00}-\x{D7FF}]+)";

constexpr const char* kBloom = R"( ?[^(\s|.,!?\x{2026}\x{3002}\x{FF0C}\x{3001}\x{964}\x{6D4}\x{60C})]+)";

// \d{1,3}(?=(?:\d{3})*\b) in the source, which would read a long number to its end for every three digits: the digits
// up to the end of a word, in threes from the right.
constexpr const char* kDigitsThatEndAWord = R"(\d++(?![\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]))";

constexpr const char* kYoutuScripts =
    R"([\x{AC00}-\x{D7A3}\x{3131}-\x{318E}]+)"
    R"(|[\x{FF01}\x{2026}\x{201C}\x{201D}\x{2018}\x{2019}\x{2014}\x{FF1A}\x{FF1B}\x{FF0C}\x{3001}-\x{303F})"
    R"(\x{FE30}-\x{FE4F}]+|[\x{3105}-\x{312F}]+|[\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+)";

// Han, its compatibility forms, Kana, Thai, Lao, Khmer, Burmese and Hangul.
constexpr const char* kAfmoeScripts =
    R"([\x{4E00}-\x{9FFF}\x{3400}-\x{4DBF}\x{F900}-\x{FAFF}\x{3040}-\x{309F}\x{30A0}-\x{30FF}\x{FF65}-\x{FF9F})"
    R"(\x{2F00}-\x{2FDF}\x{E40}-\x{E7F}\x{E80}-\x{EFF}\x{1780}-\x{17FF}\x{1000}-\x{109F}\x{AA60}-\x{AA7F})"
    R"(\x{A9E0}-\x{A9FF}\x{AC00}-\x{D7AF}\x{1100}-\x{11FF}]+)";

// Jais 2 is Llama 3 with \s+ replaced by \s{512}(?!\S)|\s{256}(?!\S) … |\s{1,2}(?!\S)|\s{1}; as one expression that
// would look for a line end through the whole rest of a gap for every 512 characters.
constexpr const char* kGapWithoutLineEnd = R"(\A[^\S\r\n]+\z)";

constexpr PreTokenizerRow kRows[] = {
    {.names = "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano",
     .steps = {{{kLlama3}}},
     .whole_pieces = true,
     .add_bos = true},
    {.names = "dbrx smaug-bpe glm4 chatglm-bpe", .steps = {{{kLlama3}}}},
    {.names = "jais-2", .steps = {{{kLlama3}, {kGapWithoutLineEnd, PreSplit::PowersOfTwo}}}},
    {.names = "minicpm5", .steps = {{{kThreeDigits}, {kMiniCpm5}}}, .whole_pieces = true},
    {.names = "qwen2 deepseek-r1-qwen megrez stablelm2 hunyuan solar-open kormo f2llmv2 grok-2", .steps = {{{kQwen2}}}},
    {.names = "laguna", .steps = {{{kLines}, {kQwen2}}}},
    {.names = "qwen35", .steps = {{{kQwen35}}}},
    {.names = "seed-coder", .steps = {{{kSeedCoder}}}},
    {.names = "bailingmoe bailingmoe2 llada-moe", .steps = {{{kBailing}}}},
    {.names = "exaone-moe", .steps = {{{kExaoneMoe}}}},
    {.names = "gpt-4o llama4 kanana2 talkie minimax-m2", .steps = {{{kGpt4o}}}},
    {.names = "granite-embed-multi-97m", .steps = {{{kGpt4o}}}, .whole_pieces = true},
    {.names = "tekken", .steps = {{{kTekken}}}, .whole_pieces = true, .add_bos = true},
    {.names = "youtu", .steps = {{{kYoutuScripts}, {kYoutu}}}, .whole_pieces = true},
    {.names = "tiny_aya cohere2moe", .steps = {{{kDigitsThatEndAWord, PreSplit::Thousands}, {kGpt4o}}}},
    {.names = "kimi-k2", .steps = {{{kKimiK2}}}},
    {.names = "gpt-2 phi-2 mpt olmo jais exaone4 gigachat mellum modern-bert trillion granite-docling a.x-4.0 "
              "roberta-bpe jina-es jina-de jina-v1-en jina-v2-es jina-v2-de jina-v2-code",
     .steps = {{{kGpt2}}}},
    {.names = "starcoder refact command-r smollm codeshell exaone minerva-7b mellum2", .steps = {{{kDigit}, {kGpt2}}}},
    {.names = "falcon", .steps = {{{R"([\p{P}\$\+<=>\^~\|`]+)"}, {kGpt2}, {"[0-9][0-9][0-9]"}}}},
    {.names = "default", .steps = {{{R"([\p{P}\$\+<=>\^~\|]+)"}, {kGpt2}, {R"(\p{N}+)"}, {"[0-9][0-9][0-9]"}}}},
    {.names = "deepseek-v3 hunyuan-dense joyai-llm", .steps = {{{kThreeDigits}, {kHanAndKana}, {kDeepSeekV3}}}},
    {.names = "deepseek-llm",
     .steps =
         {{{R"([\r\n])"}, {kDeepSeekLlmWord}, {kDeepSeekLlmSign}, {kTrailingSpace}, {kDeepSeekCjk}, {R"(\p{N}+)"}}}},
    {.names = "deepseek-coder",
     .steps = {{{R"([\r\n])"}, {R"(\s?\p{L}+)"}, {R"(\s?\p{P}+)"}, {kDeepSeekCjk}, {kDigit}}}},
    {.names = "afmoe", .steps = {{{R"(\p{N}+)", PreSplit::Thousands}, {kAfmoeScripts}, {kDeepSeekV3}}}},
    {.names = "superbpe", .steps = {{{R"(\p{N}+)"}, {R"(\d+)", PreSplit::ThousandsTail}}}},
    {.names = "bloom poro-chat gpt3-finnish", .steps = {{{kBloom}}}},
    {.names = "viking", .steps = {{{kBloom}, {kDigit}}}},
    {.names = "chameleon",
     .steps = {{{"<sentinel:[0-9]+>"},
                {"IMGIMG[A-I]{1,4}Z"},
                {R"([\t\n]|    |  )"},
                {kDigit},
                {R"([\p{P}!-/:-@\[-`{-~])"},
                {kGpt2}}},
     .add_bos = true},
    {.names = "gemma4 granite-embed-multi-311m",
     .steps = {{{kLines}}},
     .form = TextForm::SpaceMarks,
     .whole_newlines = true,
     .always_add_bos = true},
    {.names = "sarvam-moe", .steps = {{{kLines}}}, .form = TextForm::SpaceMarks},
    {.names = "whitespace", .steps = {{{R"(\S+)"}}}, .form = TextForm::Plain},
};

struct OldArchitecture {
    std::string_view architecture, pre;
};
constexpr OldArchitecture kOldArchitectures[] = {
    {"bloom", "bloom"},    {"codeshell", "codeshell"}, {"command-r", "command-r"}, {"falcon", "falcon"},
    {"gpt2", "gpt-2"},     {"gptneox", "gpt-2"},       {"jais", "jais"},           {"mpt", "mpt"},
    {"olmo", "olmo"},      {"phi2", "phi-2"},          {"qwen", "qwen2"},          {"qwen2", "qwen2"},
    {"qwen2moe", "qwen2"}, {"refact", "refact"},       {"starcoder", "starcoder"}, {"starcoder2", "starcoder"},
};

/// The names of a row, one by one.
std::vector<std::string_view> split_names(std::string_view names) {
    std::vector<std::string_view> out;
    while (true) {
        const size_t space = names.find(' ');
        out.push_back(names.substr(0, space));
        if (space == std::string_view::npos) return out;
        names.remove_prefix(space + 1);
    }
}

}  // namespace

const PreTokenizerRow* find_pre_tokenizer(std::string_view name) {
    for (const PreTokenizerRow& row : kRows) {
        const auto names = split_names(row.names);
        if (std::find(names.begin(), names.end(), name) != names.end()) return &row;
    }
    return nullptr;
}

std::string known_pre_tokenizers() {
    std::vector<std::string_view> names;
    for (const PreTokenizerRow& row : kRows) {
        for (const std::string_view name : split_names(row.names)) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    std::string joined;
    for (const std::string_view name : names) joined += (joined.empty() ? "" : ", ") + std::string(name);
    return joined;
}

std::string_view pre_tokenizer_of_architecture(std::string_view architecture) {
    for (const OldArchitecture& row : kOldArchitectures) {
        if (row.architecture == architecture) return row.pre;
    }
    return "default";
}

}  // namespace siskin
