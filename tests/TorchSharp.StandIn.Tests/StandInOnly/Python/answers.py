"""Answers questions on torch, one JSON line each; tensors travel as base64 of doubles or of 64-bit integers, so that NaN, infinities and
every bit arrive."""
import array
import base64
import ctypes
import inspect
import json
import sys
import warnings

import torch
import torch.nn.functional as F
import torch.optim.nadam as nadam

warnings.simplefilter("ignore")
sets = {}

# torch before 2.0 counts one factor of NAdam's product of momenta twice.
exec(inspect.getsource(nadam._single_tensor_nadam).replace("mu_product * mu * mu_next", "mu_product * mu_next"), nadam.__dict__)


def blas():
    try:
        corename = ctypes.CDLL("libopenblas.so.0").openblas_get_corename
    except OSError:
        return ""
    corename.restype = ctypes.c_char_p
    return corename().decode()


def write(t):
    t = torch.zeros_like(t) if t._is_zerotensor() else t.detach().resolve_conj().resolve_neg()
    kind = str(t.dtype)[6:]
    shape = list(t.shape)
    if t.is_complex():
        t = torch.view_as_real(t)
    if t.is_floating_point():
        data = array.array("d", t.double().flatten().tolist())
    else:
        data = array.array("q", t.long().flatten().tolist())
    return {"dtype": kind, "shape": shape, "data": base64.b64encode(data.tobytes()).decode()}


def read(d):
    kind = getattr(torch, d["dtype"])
    data = array.array("d" if kind.is_floating_point else "q")
    data.frombytes(base64.b64decode(d["data"]))
    return torch.tensor(data.tolist(), dtype=torch.float64 if kind.is_floating_point else torch.int64).to(kind).reshape(d["shape"])


def tensors(r):
    if isinstance(r, torch.Tensor):
        return [r]
    if isinstance(r, (list, tuple)):
        return [t for one in r for t in tensors(one)]
    return [torch.tensor(r, dtype=torch.float64 if isinstance(r, float) else None)]


def weighted(r):
    """A sum in which every element counts for another amount, so that no gradient is zero by symmetry."""
    total = 0
    for t in r:
        if t.requires_grad:
            t = torch.view_as_real(t.resolve_conj()) if t.is_complex() else t
            total = total + (t * torch.arange(1, t.numel() + 1, dtype=torch.float64).cos().to(t.dtype).reshape(t.shape)).sum()
    return total


def answer(q):
    if "set" in q:
        sets[q["set"]] = {name: read(d) for name, d in q["inputs"].items()}
        return {}
    if "about" in q:
        return {"threads": torch.get_num_threads(), "blas": blas(), "version": torch.__version__}
    code = compile(q["code"], "question", "exec")
    inputs = {n: t.clone() for n, t in sets[q["inputs"]].items() if n in code.co_names}
    if q["gradients"]:
        inputs = {n: t.requires_grad_() if t.is_floating_point() else t for n, t in inputs.items()}
    scope = {"torch": torch, "F": F, "weighted": weighted, **inputs}
    exec(code, scope)
    r = tensors(scope["r"])
    reply = {"values": [write(t) for t in r], "gradients": {}}
    if q["gradients"] and any(t.requires_grad for t in r):
        try:
            weighted(r).backward()
            reply["gradients"] = {n: write(t.grad) for n, t in inputs.items() if t.grad is not None}
        except RuntimeError as e:
            reply["refused"] = str(e)
    return reply


torch.set_num_threads(int(sys.argv[1]))
print(json.dumps({"ready": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as e:
        reply = {"error": type(e).__name__, "message": str(e)}
    print(json.dumps(reply), flush=True)
