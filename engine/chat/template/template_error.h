#pragma once
// What can go wrong with a template. Inside this folder code complains without knowing the line; the interpreter adds
// it.

#include <sstream>
#include <stdexcept>
#include <string>

#include "formats/error.h"

namespace siskin {

/// A template that is malformed, does what cannot be done with the data it got, or wants more than its limits allow.
/// what() reads "chat template, line 12: 'x' is undefined".
class TemplateError : public Error {
  public:
    TemplateError(int line, const std::string& message)
        : Error(Fault::BadData, "chat template, line " + std::to_string(line) + ": " + message),
          line_(line),
          message_(message) {}
    int line() const { return line_; }
    const std::string& message() const { return message_; }  ///< without the line

  private:
    int line_;
    std::string message_;
};

/// The template refused the conversation itself, by raise_exception; message() is exactly what it said.
class TemplateRefusal : public TemplateError {
  public:
    using TemplateError::TemplateError;
};

/// Thrown by whatever does not know the line of the template; becomes a TemplateError on its way out.
class TemplateComplaint : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Becomes a TemplateRefusal.
class RefusalComplaint : public TemplateComplaint {
  public:
    using TemplateComplaint::TemplateComplaint;
};

/// Throws a TemplateComplaint whose message is the concatenation of `parts`.
template <class... Parts>
[[noreturn]] void complain(const Parts&... parts) {
    std::ostringstream message;
    (message << ... << parts);
    throw TemplateComplaint(message.str());
}

}  // namespace siskin
