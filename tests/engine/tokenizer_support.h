#pragma once
// Vocabularies for the tests of the tokenizer: those of the reference data, and small ones made up on the spot.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tokenizer/tokenizer.h"
#include "formats/gguf_writer.h"
#include "tests/support/golden.h"

namespace siskin::test {

using Tokens = std::vector<Token>;

inline std::string decode_base64(std::string_view text) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    uint32_t bits = 0;
    int n_bits = 0;
    for (const char c : text.substr(0, text.find('='))) {
        bits = bits << 6 | uint32_t(kDigits.find(c));
        n_bits += 6;
        if (n_bits >= 8) out += char(bits >> (n_bits -= 8) & 0xFF);
    }
    return out;
}

inline std::string repeated(std::string_view text, size_t times) {
    std::string out;
    out.reserve(text.size() * times);
    for (size_t i = 0; i < times; ++i) out += text;
    return out;
}

/// Loads the tokenizer of a GGUF held in memory.
inline std::unique_ptr<Tokenizer> load_tokenizer(std::span<const std::byte> gguf, std::string_view pre = {}) {
    return Tokenizer::load(GgufFile::parse(gguf, "test.gguf").metadata(), pre);
}

inline std::unique_ptr<Tokenizer> load_golden_tokenizer(const std::string& relative, std::string_view pre = {}) {
    return load_tokenizer(read_bytes(golden(relative)), pre);
}

/// What StreamDecoder gives for a sequence, chunk by chunk, the held-back rest last.
inline std::vector<std::string> stream(const Tokenizer& tokenizer, std::span<const Token> tokens, bool show_special) {
    StreamDecoder decoder(tokenizer, show_special);
    std::vector<std::string> chunks;
    for (const Token token : tokens) chunks.push_back(decoder.push(token));
    chunks.push_back(decoder.finish());
    return chunks;
}

inline std::string joined(std::span<const std::string> chunks) {
    std::string out;
    for (const std::string& chunk : chunks) out += chunk;
    return out;
}

/// Builds the metadata of a vocabulary.
struct TinyVocabulary {
    std::string model = "llama", pre, architecture = "llama", name;
    std::vector<std::string> texts;
    std::vector<int32_t> types;
    std::vector<float> scores;
    std::vector<std::string> merges;

    /// Appends a token and gives its id.
    Token add(std::string text, TokenType type = TokenType::Normal, float score = 0) {
        texts.push_back(std::move(text));
        types.push_back(int32_t(type));
        scores.push_back(score);
        return Token(texts.size() - 1);
    }

    /// A writer with everything that is not empty; more keys may be added to it.
    GgufWriter writer() const {
        GgufWriter out;
        out.add("general.architecture", architecture);
        if (!name.empty()) out.add("general.name", name);
        if (!model.empty()) out.add("tokenizer.ggml.model", model);
        if (!pre.empty()) out.add("tokenizer.ggml.pre", pre);
        if (!texts.empty()) out.add("tokenizer.ggml.tokens", std::span<const std::string>(texts));
        if (!types.empty()) out.add("tokenizer.ggml.token_type", std::span<const int32_t>(types));
        if (!scores.empty()) out.add("tokenizer.ggml.scores", std::span<const float>(scores));
        if (!merges.empty()) out.add("tokenizer.ggml.merges", std::span<const std::string>(merges));
        return out;
    }

    std::unique_ptr<Tokenizer> load() const { return load_tokenizer(writer().bytes()); }
};

/// "<unk> <s> </s>", the 256 byte tokens, "▁" and the letters a to z, then the given pieces in falling order of score.
inline TinyVocabulary spm_vocabulary(const std::vector<std::string>& pieces) {
    TinyVocabulary vocabulary;
    vocabulary.add("<unk>", TokenType::Unknown);
    vocabulary.add("<s>", TokenType::Control);
    vocabulary.add("</s>", TokenType::Control);
    for (int byte = 0; byte < 256; ++byte) {
        constexpr std::string_view kHex = "0123456789ABCDEF";
        vocabulary.add(std::string("<0x") + kHex[size_t(byte / 16)] + kHex[size_t(byte % 16)] + ">", TokenType::Byte);
    }
    float score = -1;
    for (const std::string& piece : pieces) vocabulary.add(piece, TokenType::Normal, score--);
    vocabulary.add("\xE2\x96\x81", TokenType::Normal, -1000);
    for (char c = 'a'; c <= 'z'; ++c) vocabulary.add(std::string(1, c), TokenType::Normal, -1000);
    return vocabulary;
}

/// The 256 bytes in the order of the byte alphabet's characters, then one token for each merge.
inline TinyVocabulary bpe_vocabulary(const std::vector<std::string>& merges) {
    TinyVocabulary vocabulary;
    vocabulary.model = "gpt2";
    vocabulary.pre = "gpt-2";
    const auto character = [](char32_t code) {
        std::string out;
        if (code < 0x80) return std::string(1, char(code));
        out += char(0xC0 | code >> 6);
        out += char(0x80 | (code & 0x3F));
        return out;
    };
    for (char32_t code = 0; code < 0x100 + 68; ++code) {
        const bool in_alphabet = (code >= 33 && code <= 126) || (code >= 161 && code != 173);
        if (in_alphabet) vocabulary.add(character(code));
    }
    vocabulary.merges = merges;
    for (const std::string& merge : merges) {
        const size_t space = merge.find(' ', 1);
        vocabulary.add(merge.substr(0, space) + merge.substr(space + 1));
    }
    vocabulary.scores.clear();
    return vocabulary;
}

}  // namespace siskin::test
