#!/usr/bin/env python3
"""Trains the starter model, and asks it.

    train.py DATA OUT --tokens 300M [--resume]      until it has read so many tokens; the same seed repeats it on one machine
    train.py DATA OUT --hours 4 [--resume]          for so long
    train.py DATA OUT --ask "What is GGUF?"         what it answers
    train.py DATA OUT --export                      OUT/weights.json and OUT/weights.bin, for pack

DATA is the folder that data.py wrote, with tokenizer.model in it; OUT keeps checkpoint.pt and log.csv. Takes a GPU if there
is one. Loss counts what the model itself says, and most what it takes over
from a question; nothing that the user says.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import sys
import time

import numpy
import sentencepiece
import torch
import torch.multiprocessing

import tokenizer
from data import Conversations
from model import CONFIG, Starter
from muon import Muon


def amount(text):
    """300M, 1.5G, 20000"""
    factor = {"k": 1e3, "m": 1e6, "g": 1e9}.get(text[-1:].lower(), 1)
    return int(float(text[:-1] if factor > 1 else text) * factor)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--tokens", type=amount)
    parser.add_argument("--hours", type=float)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--stop-after", type=float, default=1e9, metavar="SECONDS", help="leave early with a checkpoint; the plan stays that of --tokens or --hours")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lr", type=float, help="highest learning rate; by default 0.002, on a GPU 0.003")
    parser.add_argument("--micro", type=amount, help="tokens computed at once; by default 1k, on a GPU 32k")
    parser.add_argument("--batch", type=amount, help="tokens of a step; by default 8k, on a GPU 64k")
    parser.add_argument("--workers", type=int, default=1 if torch.cuda.is_available() else os.cpu_count(), help="processes that share a step; by default one per processor, on a GPU one")
    parser.add_argument("--precision", choices=["f32", "bf16"], help="of the matrix products; by default bf16 where the processor or the GPU has it")
    parser.add_argument("--compile", action="store_true", help="torch.compile, where there is one")
    parser.add_argument("--ask")
    parser.add_argument("--export", action="store_true")
    parser.add_argument("--average", nargs=2, metavar=("CHECKPOINT", "SHARE"), help="for --ask and --export: so much of an earlier checkpoint's weights; the mean of two is often better than either (Wortsman and others, \"Model soups\", 2022)")
    return parser.parse_args()


def cpu_has_bf16():
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    return cpuinfo.exists() and "avx512_bf16" in cpuinfo.read_text()


class Shared:
    """What the workers of a training tell each other in a step: first gradients, then directions. Steps take turns with two
    halves of the gradients, and a barrier follows each telling, so that nobody writes over what another has yet to read."""

    def __init__(self, n_workers, n_values):
        self.gradients = torch.zeros(2, n_workers, n_values).share_memory_()
        self.read = torch.zeros(2, n_workers, 3, dtype=torch.float64).share_memory_()  # sum of losses, sum of their weights, tokens
        self.directions = torch.zeros(n_values).share_memory_()
        self.rate = torch.zeros(2, dtype=torch.float64).share_memory_()  # set by the first worker; 0: the training ends
        self.barrier = torch.multiprocessing.get_context("fork").Barrier(n_workers)


class Trainer:
    def __init__(self, args, shared=None, worker=0):
        self.args, self.shared, self.worker = args, shared, worker
        self.gpu = torch.cuda.is_available()
        self.device = torch.device("cuda" if self.gpu else "cpu")
        self.micro = args.micro or (32768 if self.gpu else 1024)
        self.batch = args.batch or (65536 if self.gpu else 8192)
        self.lr = args.lr or (0.003 if self.gpu else 0.002)
        self.bf16 = args.precision == "bf16" if args.precision else self.gpu or cpu_has_bf16()
        torch.set_num_threads(max(1, os.cpu_count() // args.workers))
        torch.manual_seed(args.seed)
        if self.gpu:
            torch.backends.cuda.matmul.allow_tf32 = True
        self.train = Conversations(args.data / "train.npz")
        self.held_out = Conversations(args.data / "held-out.npz")
        self.model = Starter().to(self.device)
        self.optimizers = self.make_optimizers()
        self.state = {"step": 0, "tokens": 0, "seconds": 0.0, "epoch": 0, "at": 0}
        self.loss = torch.compile(self.model.loss) if args.compile and hasattr(torch, "compile") else self.model.loss

    def make_optimizers(self):
        """Muon for the matrices of the layers, AdamW for the embedding, which decays too, and for the norms."""
        matrices = [(p, layer.parts[name]) for layer in self.model.layers for name, p in layer.named_parameters() if p.dim() == 2]
        norms = [p for p in self.model.parameters() if p.dim() == 1]
        groups = [{"params": [self.model.embd.weight], "weight_decay": 0.1}, {"params": norms, "weight_decay": 0.0}]
        exchange = self.exchange_directions if self.shared else None
        return [Muon(matrices, self.lr, worker=self.worker, n_workers=self.args.workers, exchange=exchange),
                torch.optim.AdamW(groups, lr=self.lr, betas=(0.9, 0.98))]

    # ---- Checkpoints ----

    def checkpoint(self):
        return self.args.out / "checkpoint.pt"

    def save(self):
        self.args.out.mkdir(parents=True, exist_ok=True)
        part = self.checkpoint().with_suffix(".part")
        torch.save({"model": self.model.state_dict(), "optimizers": [o.state_dict() for o in self.optimizers], "state": self.state, "config": CONFIG, "plan": self.plan()}, part)
        part.replace(self.checkpoint())

    def load(self):
        stored = torch.load(self.checkpoint(), map_location=self.device)
        self.model.load_state_dict(stored["model"])
        for optimizer, state in zip(self.optimizers, stored["optimizers"]):
            optimizer.load_state_dict(state)
        self.state = stored["state"]
        if self.worker == 0 and stored["plan"] != self.plan():
            print(f"note: the plan was {stored['plan']} and is now {self.plan()}", file=sys.stderr)

    def plan(self):
        return {"tokens": self.args.tokens, "hours": self.args.hours, "seed": self.args.seed, "lr": self.lr, "micro": self.micro, "batch": self.batch}

    # ---- Training ----

    def progress(self):
        """How much of the plan is done, 0 to 1."""
        by_tokens = self.state["tokens"] / self.args.tokens if self.args.tokens else 0
        by_hours = self.state["seconds"] / 3600 / self.args.hours if self.args.hours else 0
        return max(by_tokens, by_hours)

    def rate(self):
        """Up during the first two percent, then down along a cosine to a twentieth."""
        done = self.progress()
        if done < 0.02:
            return self.lr * max(done, 1e-3) / 0.02
        return self.lr * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1, (done - 0.02) / 0.98))))

    def micro_batches(self):
        """Batches without end, from where the state stands; of so many as there are workers this one takes its own."""
        while True:
            batches = self.train.batches([self.args.seed, self.state["epoch"]], self.micro)
            while self.state["at"] + self.args.workers <= len(batches):
                self.state["at"] += self.args.workers
                yield batches[self.state["at"] - self.args.workers + self.worker]
            self.state["epoch"] += 1
            self.state["at"] = 0

    def sum_of_losses(self, conversations, chosen):
        tokens, targets, weights = (torch.from_numpy(x).to(self.device, non_blocking=True) for x in conversations.rows(chosen))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            return self.loss(tokens, targets, weights), int(conversations.lengths[chosen].sum()), float(weights.sum())

    def gradients(self, batches):
        """This worker's part of a step. A token weighs the same, whatever batch it is in."""
        self.model.zero_grad(set_to_none=True)
        expected = self.batch * self.train.mean_weight
        total, weight, n_tokens = 0.0, 0.0, 0
        for _ in range(max(1, self.batch // (self.micro * self.args.workers))):
            chosen = next(batches)
            loss, n, counted = self.sum_of_losses(self.train, chosen)
            (loss / expected).backward()
            total = total + loss.detach()
            weight += counted
            n_tokens += n
        return float(total), weight, float(n_tokens)

    def exchange(self, read, rate):
        """Adds up the gradients of all workers. Returns what they read, and the rate that the first one has set."""
        if self.args.workers == 1:
            return read, rate
        half, parameters = self.state["step"] % 2, list(self.model.parameters())
        torch.cat([p.grad.flatten() for p in parameters], out=self.shared.gradients[half, self.worker])
        self.shared.read[half, self.worker] = torch.tensor(read, dtype=torch.float64)
        if self.worker == 0:
            self.shared.rate[half] = rate
        self.shared.barrier.wait()
        sums = self.shared.gradients[half].sum(0).split([p.numel() for p in parameters])
        for p, values in zip(parameters, sums):
            p.grad.copy_(values.view_as(p))
        return self.shared.read[half].sum(0).tolist(), float(self.shared.rate[half])

    def exchange_directions(self, directions):
        """Of every matrix one worker has the direction of its step, and the others None."""
        matrices = [group["params"][0] for group in self.optimizers[0].param_groups]
        shared = self.shared.directions[: sum(m.numel() for m in matrices)].split([m.numel() for m in matrices])
        for values, direction in zip(shared, directions):
            if direction is not None:
                values.copy_(direction.flatten())
        self.shared.barrier.wait()
        return [values.view_as(m) for values, m in zip(shared, matrices)]

    def step(self, batches, ends):
        """One step of the optimizer: the mean loss of its tokens, or None at the end of the training."""
        (total, weight, n_tokens), rate = self.exchange(self.gradients(batches), 0 if ends else self.rate())
        if rate == 0:
            return None
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
        self.state["step"] += 1
        self.state["tokens"] += int(n_tokens)
        return total / weight

    def run(self):
        log = Log(self) if self.worker == 0 else None
        batches, began, before = self.micro_batches(), time.monotonic(), self.state["seconds"]
        while True:
            ends = self.progress() >= 1 or time.monotonic() - began > self.args.stop_after
            loss = self.step(batches, ends)
            if loss is None:
                break
            self.state["seconds"] = before + time.monotonic() - began
            if log:
                log.add(loss)
        if log:
            log.finish()

    @torch.no_grad()
    def held_out_loss(self, n=None):
        """Mean loss, with the weights of training."""
        total, counted = 0.0, 0.0
        for chosen in self.held_out.batches(0, self.micro)[:n]:
            loss, _, weight = self.sum_of_losses(self.held_out, chosen)
            total += float(loss)
            counted += weight
        return total / counted


class Log:
    """A line every half minute, in a table and on stderr; a checkpoint every five minutes."""

    def __init__(self, trainer):
        self.trainer, out = trainer, trainer.args.out
        out.mkdir(parents=True, exist_ok=True)
        self.file = open(out / "log.csv", "a" if trainer.args.resume else "w", newline="")
        self.table = csv.writer(self.file)
        if not trainer.args.resume:
            self.table.writerow(["step", "tokens", "seconds", "epoch", "lr", "train_loss", "held_out_loss"])
        self.shown = self.saved = time.monotonic()
        self.losses = []

    def add(self, loss):
        self.losses.append(loss)
        now = time.monotonic()
        if now - self.shown < 30:
            return
        held = None
        if now - self.saved > 300:
            held = self.trainer.held_out_loss(25)
            self.trainer.save()
            self.saved = now
        self.line(sum(self.losses) / len(self.losses), held)
        self.shown, self.losses = now, []

    def finish(self):
        self.trainer.save()
        self.line(None, self.trainer.held_out_loss())

    def line(self, loss, held):
        s, texts = self.trainer.state, [f"{x:.4f}" if x is not None else "" for x in (loss, held)]
        self.table.writerow([s["step"], s["tokens"], f"{s['seconds']:.0f}", s["epoch"], f"{self.trainer.rate():.6f}", *texts])
        self.file.flush()
        print(f"step {s['step']}, {s['tokens'] / 1e6:.1f}M tokens, {s['tokens'] / s['seconds']:.0f} per second, loss {texts[0] or '-'}, held out {texts[1] or '-'}, {self.trainer.progress():.1%} done", file=sys.stderr)


def train_as(worker, args, shared):
    trainer = Trainer(args, shared, worker)
    if args.resume:
        trainer.load()
    trainer.run()


def train(args):
    """All workers compute the same weights; the first one keeps them."""
    if args.workers == 1:
        return train_as(0, args, None)
    shared = Shared(args.workers, sum(p.numel() for p in Starter().parameters()))
    torch.multiprocessing.start_processes(train_as, (args, shared), nprocs=args.workers, start_method="fork")


# ---- Asking and exporting ----

def answer(model, spm, question):
    prompt = tokenizer.prompt_tokens(spm, [{"role": "user", "content": question}])
    return spm.decode(model.greedy(prompt, spm.piece_to_id(tokenizer.IM_END)))


def token_kind(spm, i):
    """As GGUF numbers them: normal, unknown, control, byte."""
    return 2 if spm.is_unknown(i) else 3 if spm.is_control(i) else 6 if spm.is_byte(i) else 1


def export(model, spm, state, folder):
    """Matrices as float16, vectors as float32."""
    described, offset = [], 0
    with open(folder / "weights.bin", "wb") as out:
        for name, weight in model.tensors():
            values = weight.detach().float().cpu().numpy()
            values = values.astype(numpy.float16 if values.ndim == 2 else numpy.float32)
            assert numpy.isfinite(values).all(), name
            described.append({"name": name, "type": "F16" if values.ndim == 2 else "F32", "dims": list(reversed(values.shape)), "offset": offset, "bytes": values.nbytes})
            out.write(values.tobytes())
            offset += values.nbytes
    ids = range(spm.get_piece_size())
    description = {
        "config": model.config, "training": {key: state[key] for key in ("step", "tokens", "seconds")}, "tensors": described,
        "tokens": [spm.id_to_piece(i) for i in ids], "scores": [spm.get_score(i) for i in ids], "types": [token_kind(spm, i) for i in ids],
        "bos": spm.bos_id(), "eos": spm.piece_to_id(tokenizer.IM_END), "unknown": spm.unk_id(), "chat_template": tokenizer.CHAT_TEMPLATE,
    }
    (folder / "weights.json").write_text(json.dumps(description))


def main():
    args = arguments()
    if args.tokens or args.hours:
        train(args)
    if not (args.ask or args.export):
        return
    stored = torch.load(args.out / "checkpoint.pt", map_location="cpu")
    weights = stored["model"]
    if args.average:
        earlier, share = torch.load(args.average[0], map_location="cpu")["model"], float(args.average[1])
        weights = {name: torch.lerp(value, earlier[name], share) for name, value in weights.items()}
    model = Starter(stored["config"])
    model.load_state_dict(weights)
    model.eval()
    spm = sentencepiece.SentencePieceProcessor(model_file=str(args.data / "tokenizer.model"))
    if args.ask:
        print(answer(model, spm, args.ask))
    if args.export:
        export(model, spm, stored["state"], args.out)


if __name__ == "__main__":
    main()
