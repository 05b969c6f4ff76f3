#pragma once
// How likely a model would answer just so.

#include <memory>
#include <span>
#include <vector>

#include "engine/session.h"

namespace siskin {

/// For each answer the natural logarithm of its chance after the prompt: the product of the chances of its tokens, as
/// the logits give them, nothing cut off, at temperature 1. If `ends` are given, times the chance that one of them
/// comes next. The prompt is read once. Prompt and answers are not empty. Empty when a pass was stopped.
/// Throws Error: TooLong, BadData (ids, logits that are not finite), Io (the model's file changed under us), NoMemory.
std::vector<double> log_chances(const std::shared_ptr<const Model>& model, Runtime& runtime, SessionOptions options,
                                std::span<const Token> prompt, std::span<const std::vector<Token>> answers,
                                std::span<const Token> ends);

}  // namespace siskin
