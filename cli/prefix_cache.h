#pragma once
// What one-shot runs have read, kept on disk: a prompt that begins like an earlier one, with the same system prompt or
// the same file, is read from where it differs. It changes nothing about the answer, and whatever goes wrong with it is
// said with -v alone.
//
// The files lie in cache_folder()/prompts, one for each page of positions of a text (Snapshot::save_page), so that
// texts that begin alike share their first files. A file's name has three numbers: of the model and all tokens before
// the page, of the page's first kLeast tokens, and of all its tokens. The last page of a text may be a short one. The
// files that were used longest ago are removed when all of them take more than SISKIN_PROMPT_CACHE allows; the later
// pages of a text go before the earlier ones.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "engine/session.h"

namespace siskin {

class PrefixCache {
  public:
    /// A page of fewer tokens is not kept: the files would be many, and the model reads so few at once.
    static constexpr size_t kLeast = 64;

    /// Throws Error(Usage) where SISKIN_PROMPT_CACHE is no size.
    PrefixCache();

    /// Fills an empty session with the longest beginning of the prompt that is there, at least one token less than the
    /// prompt. The session then keeps what save() needs.
    void load(Session& session, std::span<const Token> prompt);

    /// Keeps the session's first tokens, a prompt or what several begin with, unless too little of it is new. load()
    /// came first, with a prompt that begins like it.
    void save(const Session& session, size_t n_prompt);

  private:
    struct Found {
        std::filesystem::path path;
        size_t n_common = 0;  // tokens from the beginning of the prompt
        bool whole = false;   // these are all of its tokens
        bool has_windows = false;
        bool is_better_than(const Found& other) const {
            return n_common != other.n_common ? n_common > other.n_common : has_windows && !other.has_windows;
        }
    };
    std::string name_of(size_t page, std::span<const Token> tokens) const;
    Found find(size_t page, std::span<const Token> prompt) const;
    void load_pages(Session& session, std::span<const Token> prompt);
    void save_pages(const Session& session, size_t n_prompt);
    void mark_used() const;
    void trim() const;

    uint64_t most_bytes_ = 0;
    std::filesystem::path folder_;    // empty: nothing is kept
    std::string key_;                 // of the model and the way it is computed
    std::vector<std::string> names_;  // in the folder, sorted
    std::vector<Found> used_;         // the files that hold the prompt, page by page
    size_t n_loaded_ = 0;
    bool lacks_windows_ = false;  // the files used lack keys of sliding windows
};

}  // namespace siskin
