#include <CLI/CLI.hpp>
#include <chrono>

#include "cli/commands.h"
#include "cli/library/download.h"
#include "cli/library/hub.h"
#include "cli/library/places.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

namespace fs = std::filesystem;

/// What a pull has done: the line at its end.
class Account {
  public:
    void add(bool fetched, uint64_t bytes) {
        if (fetched) bytes_ += bytes;
    }
    /// `run`: what siskin run takes for it.
    void report(const std::string& name, const std::string& run, const fs::path& path) const {
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin_;
        if (bytes_ == 0)
            say(name + ": already here");
        else
            say(name + ": fetched " + bytes_text(bytes_) + " in " + std::to_string(int(seconds.count() + 0.5)) +
                " s; siskin run " + run);
        put(path.string() + "\n");
    }

  private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    uint64_t bytes_ = 0;
};

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void pull_from_hub(const HubName& name, const std::atomic<bool>* stop) {
    const fs::path hub = hub_folder();
    progress("asking what " + name.repo + " has");
    const HubListing listing = list_repository(name, stop);
    const std::vector<HubFile> files = choose_files(listing, name);
    progress("");
    const HubCache cache(hub, name);
    const HttpKey key = hub_key(name.repo);
    std::vector<Download> downloads;
    uint64_t missing = 0;
    for (const HubFile& file : files) {
        downloads.push_back({file_url(name, listing.commit, file.path), key, file_name(file.path), cache.blob(file),
                             cache.lock(file), file.bytes, file.sha256});
        missing += missing_bytes(downloads.back());
    }
    check_space(hub, missing);
    Account account;
    for (const Download& download : downloads) account.add(fetch(download, stop), *download.bytes);
    // The first part last: who finds it finds the others beside it.
    for (size_t i = files.size(); i-- > 1;) cache.link(listing.commit, files[i]);
    const fs::path first = cache.link(listing.commit, files.front());
    cache.set_revision(name.revision, listing.commit);
    account.report(name.repo + "/" + files.front().path, "hf:" + name.text(), first);
}

/// A file that comes from an address alone lies where llama.cpp puts it.
void pull_from_address(const std::string& url, const std::atomic<bool>* stop) {
    const std::string name = file_name(url.substr(0, url.find_first_of("?#")));
    if (!name.ends_with(".gguf") || !is_inner_path(name))
        fail(Fault::Usage, url, ": the address ends in \"", name, "\", expected a name that ends in .gguf");
    const fs::path folder = llama_folder();
    const Download download = {url, {}, name, folder / name, folder / ("." + name + ".lock"), std::nullopt, ""};
    Account account;
    const bool fetched = fetch(download, stop);
    std::error_code error;
    const uint64_t bytes = fs::file_size(download.target, error);
    account.add(fetched, error ? 0 : bytes);
    account.report(name, parse_gguf_name(name).stem, download.target);
}

int pull(const std::string& text) {
    const StopWatch watch;
    HubName name;
    std::string_view inner = text;
    if (text.find("://") != std::string::npos) {
        if (!text.starts_with("https://") && !text.starts_with("http://"))
            fail(Fault::Usage, text, ": expected an address that begins with https://");
        if (parse_hub_url(text, name))
            pull_from_hub(name, watch.flag());
        else
            pull_from_address(text, watch.flag());
        return 0;
    }
    take_hub_prefix(inner);
    if (!parse_hub_name(inner, name))
        fail(Fault::Usage, text,
             ": expected OWNER/NAME of Hugging Face, OWNER/NAME:TYPE, OWNER/NAME/FILE or an address");
    pull_from_hub(name, watch.flag());
    return 0;
}

}  // namespace

Command pull_command(CLI::App& app) {
    app.option_defaults()->group("Output");
    app.add_flag_callback(
        "-v,--verbose", [] { set_verbose(true); }, "say more on stderr");
    return [](Arguments& arguments) {
        note_ignored(arguments);
        if (arguments.positional.empty())
            fail(Fault::Usage, "pull what? A model of Hugging Face, such as hf:OWNER/NAME:Q4_K_M, or an address");
        const std::string text = arguments.positional.front();
        arguments.positional.erase(arguments.positional.begin());
        refuse_more(arguments);
        return pull(text);
    };
}

}  // namespace siskin
