#include "cli/chat/stored_session.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cli/files.h"
#include "cli/terminal.h"
#include "cli/user_folders.h"
#include "engine/snapshot.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongestName = 100;

std::filesystem::path session_folder() {
    const auto data = data_folder();
    if (!data) fail(Fault::CannotCreate, "a session needs a home folder: set HOME or XDG_DATA_HOME");
    return *data / "sessions";
}

void check_name(const std::string& name) {
    const bool fine = !name.empty() && name.size() <= kLongestName && name[0] != '.' && name[0] != '-' &&
                      std::all_of(name.begin(), name.end(),
                                  [](char c) { return uint8_t(c) > 0x20 && c != '/' && c != '~' && c != 0x7f; });
    if (!fine)
        fail(Fault::Usage, "--session: \"", name, "\", expected a name of at most ", kLongestName,
             " letters without space, / and ~ that does not begin with . or -");
}

/// The file as JSON; discarded where it is absent or broken, since the text is what counts.
Json read_json(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return Json::object();
    const Json read = Json::parse(read_file(path), nullptr, false);
    return read.is_object() ? read : Json::object();
}

template <class T>
T value_or(const Json& json, const char* key, T otherwise) {
    const auto found = json.find(key);
    if (found == json.end()) return otherwise;
    try {
        return found->get<T>();
    } catch (const Json::exception&) {
        return otherwise;
    }
}

/// What calls say, without their numbers.
Json functions_of(const Json& calls) {
    Json functions = Json::array();
    for (const Json& call : calls) functions.push_back(value_or<Json>(call, "function", Json()));
    return functions;
}

/// What is known of an answer besides its text, where it was saved with this text.
void take_saved(const Json& answers, size_t i, Turn& turn) {
    if (!answers.is_array() || i >= answers.size() || !answers[i].is_object()) return;
    if (value_or<std::string>(answers[i], "text", "") != turn.answer) return;
    if (functions_of(value_or<Json>(answers[i], "tool_calls", Json::array())) != functions_of(turn.tool_calls)) return;
    turn.tokens = value_or<std::vector<Token>>(answers[i], "tokens", {});
    turn.reasoning = value_or<std::string>(answers[i], "reasoning", "");
}

}  // namespace

StoredSession::StoredSession(const std::string& name) : name_(name), folder_(session_folder()) {
    check_name(name);
    if (!make_private_folder(folder_))
        fail(Fault::CannotCreate, folder_.string(), ": cannot create: ", std::strerror(errno));
    const std::filesystem::path lock = folder_ / ("." + name + ".lock");
    lock_ = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0) fail(Fault::CannotCreate, lock.string(), ": ", std::strerror(errno));
    if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        close(lock_);
        fail(Fault::Busy, "session ", name, " is in use by another siskin; end that one, or choose another name");
    }
    remove_leftovers();
    last_model_ = value_or<std::string>(read_json(file(".json")), "model", "");
}

StoredSession::~StoredSession() { close(lock_); }

std::filesystem::path StoredSession::file(std::string_view ending) const {
    return folder_ / (name_ + std::string(ending));
}

/// What a process that was killed while it wrote has left.
void StoredSession::remove_leftovers() const {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
        const std::string found = entry.path().filename().string();
        std::error_code ignored;
        for (const char* ending : {".md", ".json", ".kv"})
            if (found.starts_with("." + name_ + ending + ".tmp.")) std::filesystem::remove(entry.path(), ignored);
    }
}

StoredSession::Stored StoredSession::load(std::string_view fingerprint) const {
    Stored stored;
    std::error_code ignored;
    if (!std::filesystem::exists(file(".md"), ignored)) return stored;
    try {
        stored.transcript = parse_transcript(read_file(file(".md")));
    } catch (const Error& error) {
        fail(error.fault(), file(".md").string(), ": ", error.what());
    }
    const Json how = read_json(file(".json"));
    std::vector<Turn>& turns = stored.transcript.turns;
    stored.n_dropped = std::min(value_or<size_t>(how, "n_dropped", 0), turns.size());
    if (value_or<std::string>(how, "fingerprint", "") != fingerprint) return stored;
    const Json answers = value_or<Json>(how, "answers", Json::array());
    for (size_t i = 0; i < turns.size(); ++i) take_saved(answers, i, turns[i]);
    return stored;
}

void StoredSession::save(const Stored& stored, std::string_view fingerprint, const std::string& model) const {
    Json answers = Json::array();
    for (const Turn& turn : stored.transcript.turns)
        answers.push_back({{"text", turn.answer},
                           {"tokens", turn.tokens},
                           {"reasoning", turn.reasoning},
                           {"tool_calls", turn.tool_calls}});
    const Json how = {
        {"model", model}, {"fingerprint", fingerprint}, {"n_dropped", stored.n_dropped}, {"answers", answers}};
    write_file(file(".json"), how.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
    write_file(file(".md"), write_transcript(stored.transcript));
}

bool StoredSession::load_snapshot(Session& session, std::string_view fingerprint) const {
    const std::filesystem::path path = file(".kv");
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return false;
    try {
        Snapshot::load(session, fingerprint, path);
        return true;
    } catch (const Error& error) {
        if (error.fault() == Fault::NoMemory) throw;
        note(error.what(), "; the snapshot is discarded and the text is read again");
        std::filesystem::remove(path, ignored);
        return false;
    }
}

void StoredSession::save_snapshot(const Session& session, std::string_view fingerprint) const {
    if (!session.tokens().empty()) return Snapshot::save(session, fingerprint, file(".kv"));
    std::error_code ignored;
    std::filesystem::remove(file(".kv"), ignored);
}

std::filesystem::path StoredSession::set_aside() const {
    std::error_code error;
    const std::filesystem::path text = file(".md");
    if (!std::filesystem::exists(text, error)) return {};
    std::filesystem::path aside;
    for (int i = 1; aside.empty() || std::filesystem::exists(aside, error); ++i)
        aside = file("~" + std::to_string(i) + ".md");
    std::filesystem::rename(text, aside, error);
    if (error) fail(Fault::Io, aside.string(), ": cannot rename: ", error.message());
    return aside;
}

}  // namespace siskin
