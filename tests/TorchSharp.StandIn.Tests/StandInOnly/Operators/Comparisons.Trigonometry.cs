using TorchSharp;
using static TorchSharp.torch;

namespace GrpoAnalyzers.StandIns.Tests.Operators;

internal static partial class Comparisons
{
    private static Comparison[] Trigonometry() =>
    [
        new("a.clone().acos_()", x => x.a.clone().acos_(), x => torch.acos_(x.a.clone())),
        new("a.acos()", x => x.a.acos(), x => torch.acos(x.a)),
        new("a.clone().acosh_()", x => x.a.clone().acosh_(), x => torch.acosh_(x.a.clone())),
        new("a.acosh()", x => x.a.acosh(), x => torch.acosh(x.a)),
        new("a.clone().arccos_()", x => x.a.clone().arccos_(), x => torch.arccos_(x.a.clone())),
        new("a.arccos()", x => x.a.arccos(), x => torch.arccos(x.a)),
        new("a.clone().arccosh_()", x => x.a.clone().arccosh_(), x => torch.arccosh_(x.a.clone())),
        new("a.arccosh()", x => x.a.arccosh(), x => torch.arccosh(x.a)),
        new("a.clone().arcsin_()", x => x.a.clone().arcsin_(), x => torch.arcsin_(x.a.clone())),
        new("a.arcsin()", x => x.a.arcsin(), x => torch.arcsin(x.a)),
        new("a.clone().arcsinh_()", x => x.a.clone().arcsinh_(), x => torch.arcsinh_(x.a.clone())),
        new("a.arcsinh()", x => x.a.arcsinh(), x => torch.arcsinh(x.a)),
        new("a.clone().arctan_()", x => x.a.clone().arctan_(), x => torch.arctan_(x.a.clone())),
        new("a.arctan()", x => x.a.arctan(), x => torch.arctan(x.a)),
        new("a.clone().arctanh_()", x => x.a.clone().arctanh_(), x => torch.arctanh_(x.a.clone())),
        new("a.arctanh()", x => x.a.arctanh(), x => torch.arctanh(x.a)),
        new("a.clone().asin_()", x => x.a.clone().asin_(), x => torch.asin_(x.a.clone())),
        new("a.asin()", x => x.a.asin(), x => torch.asin(x.a)),
        new("a.clone().asinh_()", x => x.a.clone().asinh_(), x => torch.asinh_(x.a.clone())),
        new("a.asinh()", x => x.a.asinh(), x => torch.asinh(x.a)),
        new("a.clone().atan_()", x => x.a.clone().atan_(), x => torch.atan_(x.a.clone())),
        new("a.atan()", x => x.a.atan(), x => torch.atan(x.a)),
        new("a.clone().atanh_()", x => x.a.clone().atanh_(), x => torch.atanh_(x.a.clone())),
        new("a.atanh()", x => x.a.atanh(), x => torch.atanh(x.a)),
        new("a.clone().cos_()", x => x.a.clone().cos_(), x => torch.cos_(x.a.clone())),
        new("a.cos()", x => x.a.cos(), x => torch.cos(x.a)),
        new("a.clone().cosh_()", x => x.a.clone().cosh_(), x => torch.cosh_(x.a.clone())),
        new("a.cosh()", x => x.a.cosh(), x => torch.cosh(x.a)),
        new("a.clone().sin_()", x => x.a.clone().sin_(), x => torch.sin_(x.a.clone())),
        new("a.sin()", x => x.a.sin(), x => torch.sin(x.a)),
        new("a.clone().sinh_()", x => x.a.clone().sinh_(), x => torch.sinh_(x.a.clone())),
        new("a.sinh()", x => x.a.sinh(), x => torch.sinh(x.a)),
        new("a.clone().tan_()", x => x.a.clone().tan_(), x => torch.tan_(x.a.clone())),
        new("a.tan()", x => x.a.tan(), x => torch.tan(x.a)),
        new("a.clone().tanh_()", x => x.a.clone().tanh_(), x => torch.tanh_(x.a.clone()), x => nn.functional.tanh(x.a.clone(), true)),
        new("a.tanh()", x => x.a.tanh(), x => torch.tanh(x.a)),
        new("u.clone().acos_()", x => x.u.clone().acos_(), x => torch.acos_(x.u.clone())),
        new("u.acos()", x => x.u.acos(), x => torch.acos(x.u)),
        new("u.clone().atanh_()", x => x.u.clone().atanh_(), x => torch.atanh_(x.u.clone())),
        new("u.atanh()", x => x.u.atanh(), x => torch.atanh(x.u)),
        new("(w + 1).clone().acosh_()", x => (x.w + 1).clone().acosh_(), x => torch.acosh_((x.w + 1).clone())),
        new("(w + 1).acosh()", x => (x.w + 1).acosh(), x => torch.acosh((x.w + 1))),
        new("torch.atan2(a, b)", x => x.a.arctan(x.b), x => torch.arctan(x.a, x.b)),
    ];
}
