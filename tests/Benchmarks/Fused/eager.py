"""Eager PyTorch beside TorchSharp: reads one command a line and answers each with one, as the other worker does."""
import argparse
import ctypes
import math
import sys
import time

import torch

TEMPERATURE, BETA, CLIP = 0.9, 0.04, 0.2


def make_batch(rows, tokens, width, vocabulary, device, dtype):
    torch.manual_seed(1)
    length = tokens // rows
    batch = argparse.Namespace()
    batch.hidden = (torch.randn(rows, length, width, device=device) * 0.05).to(dtype).requires_grad_()
    batch.weight = (torch.randn(vocabulary, width, device=device) / math.sqrt(width)).to(dtype).requires_grad_()
    batch.targets = torch.randint(0, vocabulary, (rows, length), device=device)
    batch.old = torch.randn(rows, length, device=device) * 0.02 - math.log(vocabulary)
    batch.reference = batch.old + torch.randn(rows, length, device=device) * 0.02
    batch.advantages = torch.randn(rows, 1, device=device)
    batch.mask = torch.ones(rows, length, device=device)
    return batch


def grpo(log_probs, batch):
    ratio = (log_probs - batch.old).exp()
    surrogate = torch.min(ratio * batch.advantages, ratio.clamp(1 - CLIP, 1 + CLIP) * batch.advantages)
    apart = batch.reference - log_probs
    per_token = BETA * (apart.exp() - apart - 1) - surrogate
    return ((per_token * batch.mask).sum(1) / batch.mask.sum(1)).mean()


def naive(batch):
    logits = (batch.hidden @ batch.weight.t() / TEMPERATURE).float()
    log_probs = logits.log_softmax(-1).gather(-1, batch.targets.unsqueeze(-1)).squeeze(-1)
    grpo(log_probs, batch).backward()


def trl(batch):
    logits = (batch.hidden @ batch.weight.t()).div_(TEMPERATURE).float()
    chosen = logits.gather(-1, batch.targets.unsqueeze(-1)).squeeze(-1)
    log_probs = chosen - torch.stack([row.logsumexp(-1) for row in logits])
    del logits
    grpo(log_probs, batch).backward()


STEPS = {"python-naive": naive, "python-trl": trl}


def status(field):
    with open("/proc/self/status") as lines:
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith(field))


def run(name, batch, cuda):
    batch.hidden.grad = batch.weight.grad = None
    if cuda:
        torch.cuda.synchronize()
    start = time.perf_counter()
    STEPS[name](batch)
    if cuda:
        torch.cuda.synchronize()
    return 1000 * (time.perf_counter() - start)


def peak(name, batch, cuda):
    batch.hidden.grad = batch.weight.grad = None
    if cuda:
        before = torch.cuda.memory_reserved()
        taken = run(name, batch, cuda)
        return f"{taken} {torch.cuda.max_memory_reserved() - before}"
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
    before = status("VmRSS:")
    taken = run(name, batch, cuda)
    return f"{taken} {status('VmHWM:') - before}"


def kernel():
    try:
        library = ctypes.CDLL("libopenblas.so.0")
    except OSError:
        return "not OpenBLAS"
    library.openblas_get_corename.restype = ctypes.c_char_p
    return "OpenBLAS " + library.openblas_get_corename().decode()


def main():
    parser = argparse.ArgumentParser()
    for name in ("completions", "tokens", "width", "vocabulary", "threads"):
        parser.add_argument("--" + name, type=int, required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--type", required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    dtype, cuda = getattr(torch, args.type), args.device == "cuda"
    batch, warm = None, set()
    for line in sys.stdin:
        words = line.split()
        if words[0] == "describe":
            print(f"torch {torch.__version__}, {kernel()}, {torch.get_num_threads()} thread(s)", flush=True)
            continue
        if words[1] not in warm:
            warm.add(words[1])
            run(words[1], make_batch(2, 16, 8, 64, args.device, dtype), cuda)
        if batch is None:
            batch = make_batch(args.completions, args.tokens, args.width, args.vocabulary, args.device, dtype)
        answer = run(words[1], batch, cuda) if words[0] == "time" else peak(words[1], batch, cuda)
        print(answer, flush=True)


main()
