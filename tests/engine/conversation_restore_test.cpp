// Conversations that go back a turn, or on where another one ended.

#include <gtest/gtest.h>

#include "engine/chat/chat_format.h"
#include "engine/chat/conversation.h"
#include "formats/error.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

std::shared_ptr<const Model> chatty() {
    static const auto model = load_bytes(make_tiny(tiny_recipe("qwen2")).bytes());
    return model;
}

struct Talker {
    explicit Talker(uint32_t n_ctx = 512) : session(chatty(), runtime, {.n_ctx = n_ctx}) {}
    Runtime runtime{1};
    Session session;
    Chat chat{fallback_chat_format().source, session.model().tokenizer(), {}};
    Conversation conversation{session, chat, "Be brief."};
    Sampler sampler{{.temp = 0}};

    Generated say(std::string_view text) {
        const auto unseen = [](AnswerPart, std::string_view) { return true; };
        return conversation.answer(text, sampler, {.n_predict = 12, .ignore_eos = true}, unseen).generated;
    }
};

TEST(ConversationRestore, UndoLeavesWhatWasBefore) {
    Talker talker, straight;
    talker.say("Hello");
    const size_t n = talker.conversation.n_tokens();
    talker.say("Forget this");
    talker.conversation.undo();
    EXPECT_EQ(talker.conversation.n_tokens(), n);
    EXPECT_EQ(talker.conversation.turns().size(), 1u);
    straight.say("Hello");
    EXPECT_EQ(talker.say("And then?").tokens, straight.say("And then?").tokens);
    EXPECT_EQ(talker.session.tokens(), straight.session.tokens());
    talker.conversation.undo();
    talker.conversation.undo();
    EXPECT_FALSE(talker.conversation.has_answer());
    EXPECT_EQ(talker.conversation.n_tokens(), 0u);
}

TEST(ConversationRestore, GoesOnWithoutReadingAgainWhatTheSessionHolds) {
    Talker talker, other;
    talker.say("Hello");
    talker.say("And then?");
    const std::vector<Turn> turns = talker.conversation.turns();
    // The same session, as a snapshot would bring it back.
    other.session.feed(talker.session.tokens());
    other.conversation.restore("Be brief.", turns);
    EXPECT_EQ(other.session.tokens(), talker.session.tokens());
    const Generated expected = talker.say("More"), found = other.say("More");
    EXPECT_EQ(found.tokens, expected.tokens);
    EXPECT_EQ(found.timings.n_prompt, expected.timings.n_prompt) << "only the new turn is read";

    // Nothing of it read yet.
    Talker fresh;
    fresh.conversation.restore("Be brief.", turns);
    EXPECT_EQ(fresh.say("More").tokens, expected.tokens);

    // Texts alone, as people write them.
    Talker texts;
    std::vector<Turn> plain = turns;
    for (Turn& turn : plain) turn.tokens.clear();
    texts.conversation.restore("", plain);
    EXPECT_EQ(texts.conversation.turns().size(), 2u);
    EXPECT_GT(texts.say("More").timings.n_prompt, 40u);
}

TEST(ConversationRestore, CountsBeforehand) {
    Talker talker;
    for (const char* text : {"Hello", "And then?"}) {
        const size_t n = talker.conversation.n_tokens_with(text);
        const Generated out = talker.say(text);
        EXPECT_EQ(talker.conversation.n_tokens(), n + out.tokens.size());
    }
}

TEST(ConversationRestore, WhatDoesNotFitChangesNothing) {
    Talker talker(96);
    talker.say("Hi");
    const std::vector<Token> before = talker.session.tokens();
    std::vector<Turn> turns(4, {"Hello there", "Hello to you as well", {}});
    EXPECT_THROW(talker.conversation.restore("Be long.", turns), Error);
    EXPECT_EQ(talker.conversation.system(), "Be brief.");
    EXPECT_EQ(talker.conversation.turns().size(), 1u);
    EXPECT_EQ(talker.session.tokens(), before);
}

}  // namespace
}  // namespace siskin::test
