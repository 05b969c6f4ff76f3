#pragma once
// A named talk that goes on another day: three files of the user's data folder, for this user's eyes only.
//   NAME.md    the conversation as text (transcript.h), written after every turn: what counts
//   NAME.json  which model, and the tokens of its answers; where it does not fit the text, the text is encoded anew
//   NAME.kv    what the model has read (engine/snapshot.h); where it does not fit, the text is read again
// Each is written whole or not at all.

#include <filesystem>
#include <string>

#include "cli/chat/transcript.h"
#include "engine/session.h"

namespace siskin {

class StoredSession {
  public:
    /// Takes the name for this process. Throws Error: Usage (no name for a file), Busy (another process has it),
    /// CannotCreate (no home, or it cannot be written).
    explicit StoredSession(const std::string& name);
    ~StoredSession();
    StoredSession(const StoredSession&) = delete;
    StoredSession& operator=(const StoredSession&) = delete;

    const std::string& name() const { return name_; }
    /// The model's file at the last save, empty for the built-in one or where nothing was saved.
    const std::string& last_model() const { return last_model_; }

    struct Stored {
        Transcript transcript;
        size_t n_dropped = 0;  ///< turns at the front that the model no longer sees
    };
    /// What was saved; empty the first time. Throws Error(BadData, Io).
    Stored load(std::string_view fingerprint) const;
    /// Throws Error(CannotCreate, Io).
    void save(const Stored& stored, std::string_view fingerprint, const std::string& model) const;

    /// Fills the session with what the model had read. False where there is nothing; a snapshot that does not fit or is
    /// damaged is removed, with a note.
    bool load_snapshot(Session& session, std::string_view fingerprint) const;
    /// Throws Error(CannotCreate, Io).
    void save_snapshot(const Session& session, std::string_view fingerprint) const;

    /// Begins anew; the text so far is kept under another name, which is returned, or empty where there was none.
    std::filesystem::path set_aside() const;

  private:
    std::filesystem::path file(std::string_view ending) const;
    void remove_leftovers() const;

    std::string name_, last_model_;
    std::filesystem::path folder_;
    int lock_ = -1;
};

}  // namespace siskin
