using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace GrpoAnalyzers.StandIns.RoslynTesting.Tests;

public sealed class CodeFixTestTests
{
    private const string Two = "class C { void [|Bad|]() { } void [|BadTwo|]() { } }";
    private const string TwoFixed = "class C { void Good() { } void GoodTwo() { } }";

    [Fact]
    public Task The_fix_is_applied_to_each_and_to_all() => RunAsync<GoodNameFix>(Two, TwoFixed);

    [Fact]
    public Task Every_source_is_fixed() => new CSharpCodeFixTest<BadNameAnalyzer, GoodNameFix, DefaultVerifier>
    {
        TestState = { Sources = { Two, "class D { void [|BadThree|]() { } }" } },
        FixedState = { Sources = { TwoFixed, "class D { void GoodThree() { } }" } },
    }.RunAsync(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(1, null)]
    [InlineData(null, "better")]
    public Task Another_action_is_chosen(int? index, string? key) => new CSharpCodeFixTest<BadNameAnalyzer, GoodNameFix, DefaultVerifier>
    {
        TestCode = Two,
        FixedCode = "class C { void Better() { } void BetterTwo() { } }",
        CodeActionIndex = index,
        CodeActionEquivalenceKey = key,
    }.RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public async Task Another_text_than_the_fixed_one_fails() =>
        Assert.Contains("did not match", await FailureAsync(() => RunAsync<GoodNameFix>("class C { void [|Bad|]() { } }", "class C { void Nice() { } }")));

    [Fact]
    public async Task A_fix_that_changes_nothing_fails() =>
        Assert.Contains("did not match", await FailureAsync(() => RunAsync<IdleFix>("class C { void [|Bad|]() { } }", "class C { void Good() { } }")));

    [Fact]
    public async Task A_fix_where_none_is_expected_fails() =>
        Assert.Contains("upper limit", await FailureAsync(() => RunAsync<GoodNameFix>("class C { void [|Bad|]() { } }", "class C { void [|Bad|]() { } }")));

    [Fact]
    public async Task A_fix_that_is_needed_again_and_again_fails() =>
        Assert.Contains("upper limit", await FailureAsync(() => RunAsync<EndlessFix>("class C { void [|Bad|]() { } }", "class C { void Good() { } }")));

    [Fact]
    public async Task A_report_in_the_fixed_code_that_is_not_expected_fails() =>
        Assert.Contains("Diagnostics of fixed state", await FailureAsync(() => RunAsync<GoodNameFix>("class C { void [|Bad|]() { } }", "class C { void BadTwo() { } }")));

    [Fact]
    public async Task Fix_all_that_writes_something_else_fails_unless_it_is_expected()
    {
        Assert.Contains("Fix all in Document", await FailureAsync(() => RunAsync<OtherFixAllFix>(Two, TwoFixed)));
        await new CSharpCodeFixTest<BadNameAnalyzer, OtherFixAllFix, DefaultVerifier>
        {
            TestCode = Two,
            FixedCode = TwoFixed,
            BatchFixedCode = "class C { void Fine() { } void FineTwo() { } }",
        }.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Another_number_of_iterations_fails() => Assert.Contains("iterations", await FailureAsync(() =>
        new CSharpCodeFixTest<BadNameAnalyzer, GoodNameFix, DefaultVerifier> { TestCode = Two, FixedCode = TwoFixed, NumberOfIncrementalIterations = 3 }
            .RunAsync(TestContext.Current.CancellationToken)));

    private static Task RunAsync<TFix>(string source, string fixedSource)
        where TFix : CodeFixProvider, new() =>
        CSharpCodeFixVerifier<BadNameAnalyzer, TFix, DefaultVerifier>.VerifyCodeFixAsync(source, fixedSource);

    private static async Task<string> FailureAsync(Func<Task> test) => (await Assert.ThrowsAsync<InvalidOperationException>(test)).Message;
}
