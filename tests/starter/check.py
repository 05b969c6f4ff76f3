#!/usr/bin/env python3
"""Asks a model the test questions and counts what it gets right.

    check.py --ask "build/release/siskin run --temp 0 -n 400" [--save answers.jsonl]     each question becomes the last argument
    check.py answers.jsonl                                                              {"question": …, "answer": …} per line

questions.jsonl: 200 questions with facts. An answer is right when it contains every fact; a fact is a list of regular
expressions of which one must match, capitals ignored.
stories.jsonl: 50 requests with what must be named. A story must name it, end by itself, and be made of whole sentences.
unknown.jsonl: 30 questions outside the model's field, which it must decline.

Prints what failed and the three scores; exits with 1 if a score is below its bar.
"""

import argparse
import collections
import json
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
BARS = {"questions": 0.85, "stories": 1.0, "unknown": 0.85}
DECLINED = re.compile(r"very small model.*only know|do(?: not|n't) know that", re.I | re.S)
SENTENCE = re.compile(r"[^.!?]+[.!?]+\"?")


def load(name):
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text().splitlines()]


def missing_facts(case, answer):
    """The facts that an answer lacks."""
    return [fact for fact in case["facts"] if not any(re.search(pattern, answer, re.I) for pattern in fact)]


def story_faults(case, answer):
    text = answer.strip()
    faults = [f"does not name {name}" for name in case["named"] if not re.search(r"\b" + re.escape(name), text, re.I)]
    words = text.split()
    if not 50 <= len(words) <= 260:
        faults.append(f"{len(words)} words")
    if not re.search(r"[.!?]\"?$", text):
        faults.append("does not end")
    if text.count('"') % 2:
        faults.append("quotes do not match")
    if re.search(r"\b(\w+) \1\b", text) and not re.search(r"\b(big big|on and on)\b", text, re.I):
        faults.append("a word twice: " + re.search(r"\b(\w+) \1\b", text).group(0))
    sentences = [s.strip().strip('"').strip() for s in SENTENCE.findall(text)]
    repeated = [s for s, n in collections.Counter(sentences).items() if n > 1 and len(s.split()) > 3]
    if repeated:
        faults.append("a sentence twice: " + repeated[0])
    if re.match(r"[a-z]", text):
        faults.append("begins with a small letter")
    return faults


def faults_of(kind, case, answer):
    if kind == "questions":
        return ["lacks " + "|".join(fact) for fact in missing_facts(case, answer)]
    if kind == "stories":
        return story_faults(case, answer)
    return [] if DECLINED.search(answer) else ["does not decline"]


def ask(command, question):
    done = subprocess.run([*shlex.split(command), question], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"exit code {done.returncode} for: {question}")
    return done.stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answers", nargs="?")
    parser.add_argument("--ask", metavar="COMMAND")
    parser.add_argument("--save")
    args = parser.parse_args()
    cases = {kind: load(kind) for kind in BARS}
    if args.ask:
        answers = {case["question"]: ask(args.ask, case["question"]) for kind in cases for case in cases[kind]}
    elif args.answers:
        answers = {r["question"]: r["answer"] for r in map(json.loads, pathlib.Path(args.answers).read_text().splitlines())}
    else:
        parser.error("give a file of answers, or --ask COMMAND")
    if args.save:
        lines = [json.dumps({"question": q, "answer": a}, ensure_ascii=False) + "\n" for q, a in answers.items()]
        pathlib.Path(args.save).write_text("".join(lines))
    below = False
    for kind, bar in BARS.items():
        right = 0
        for case in cases[kind]:
            answer = answers.get(case["question"])
            faults = ["not asked"] if answer is None else faults_of(kind, case, answer)
            right += not faults
            if faults:
                print(f"{kind}: {case['question']}\n    {answer}\n    {'; '.join(faults)}")
        share = right / len(cases[kind])
        below |= share < bar
        print(f"{kind}: {right} of {len(cases[kind])} right ({share:.1%}, wanted {bar:.0%})")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
