using System.Diagnostics;
using System.Text;

namespace GrpoAnalyzers.Cli.Tests;

public sealed class LooseFileFixTests : IDisposable
{
    private readonly Grpo grpo = new();

    public void Dispose() => grpo.Dispose();

    [Fact]
    public async Task WhatIsFixedChecksCleanAndHasNothingLeftToFix()
    {
        grpo.Write("Trainer.cs", Trainers.Flawed());

        var (exitCode, output, errors) = await grpo.RunAsync("fix");

        Assert.True(exitCode == 0, output + errors);
        Assert.Equal(Trainers.Clean(), Read("Trainer.cs"));
        Assert.Contains("Trainer.cs: fixed GRPO001", output);
        Assert.Equal(0, (await grpo.RunAsync("check")).ExitCode);
        Assert.Contains("nothing to fix", (await grpo.RunAsync("fix")).Output);
    }

    [Fact]
    public async Task ADryRunPrintsADiffThatAppliesAndChangesNothing()
    {
        grpo.Write("one/Trainer.cs", Trainers.Flawed());
        grpo.Write("two/Last.cs", Trainers.Flawed("Last").TrimEnd().ReplaceLineEndings("\r\n"));

        var (exitCode, output, _) = await grpo.RunAsync("fix", "--dry-run");

        Assert.Equal(0, exitCode);
        Assert.Equal(Trainers.Flawed(), Read("one/Trainer.cs"));
        Assert.Contains("--- a/one/Trainer.cs\n+++ b/one/Trainer.cs\n@@ -18,7 +18,7 @@\n", output);
        grpo.Write("fix.patch", output);
        using var apply = Process.Start(new ProcessStartInfo("git", ["apply", "fix.patch"]) { WorkingDirectory = grpo.Folder })!;
        await apply.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, apply.ExitCode);
        Assert.Equal(Trainers.Clean(), Read("one/Trainer.cs"));
        Assert.Equal(Trainers.Clean("Last").TrimEnd().ReplaceLineEndings("\r\n"), Read("two/Last.cs"));
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("iso-8859-1", false)]
    public async Task EncodingAndLineEndingsStay(string name, bool isMarked)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] Bytes(string text) => [.. isMarked ? encoding.GetPreamble() : [], .. encoding.GetBytes("// Größe\r\n" + text.ReplaceLineEndings("\r\n"))];
        var path = Path.Combine(grpo.Folder, "Trainer.cs");
        await File.WriteAllBytesAsync(path, Bytes(Trainers.Flawed()), TestContext.Current.CancellationToken);

        var (exitCode, output, errors) = await grpo.RunAsync("fix", "Trainer.cs");

        Assert.True(exitCode == 0, output + errors);
        Assert.Equal(Bytes(Trainers.Clean()), await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task FilesThatDoNotCompileAreNamedAndLeftWhileOthersAreFixed()
    {
        var unknown = "using Some.Package.That.Is.Not.There;\n" + Trainers.Flawed("WithAbsentPackage");
        var conflict = "<<<<<<< ours\n" + Trainers.Flawed("WithConflict") + "=======\n>>>>>>> theirs\n";
        grpo.Write("Good.cs", Trainers.Flawed("Good"));
        grpo.Write("Unknown.cs", unknown);
        grpo.Write("Conflict.cs", conflict);

        var (exitCode, _, errors) = await grpo.RunAsync("fix");

        Assert.Equal(2, exitCode);
        Assert.Equal(Trainers.Clean("Good"), Read("Good.cs"));
        Assert.Equal(unknown, Read("Unknown.cs"));
        Assert.Equal(conflict, Read("Conflict.cs"));
        Assert.Contains("Unknown.cs(1,7): CS0246", errors);
        Assert.Contains("Conflict.cs(1,1): CS8300", errors);
    }

    [Fact]
    public async Task AFileThatCannotBeWrittenIsNamedAndTheOthersAreFixed()
    {
        grpo.Write("Other.cs", Trainers.Flawed("Other"));
        var path = grpo.Write("Protected.cs", Trainers.Flawed("Protected"));
        File.SetAttributes(path, FileAttributes.ReadOnly);

        var (exitCode, _, errors) = await grpo.RunAsync("fix");
        File.SetAttributes(path, FileAttributes.Normal);

        Assert.Equal(2, exitCode);
        Assert.Equal("grpo: Protected.cs cannot be written: the file is read-only", errors.Trim());
        Assert.Equal(Trainers.Flawed("Protected"), Read("Protected.cs"));
        Assert.Equal(Trainers.Clean("Other"), Read("Other.cs"));
    }

    [Fact]
    public async Task PermissionsAndLinksStay()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Permissions are those of Unix.");
            return;
        }

        var path = grpo.Write("real/Trainer.cs", Trainers.Flawed());
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
        File.SetUnixFileMode(path, Mode);
        var link = Path.Combine(grpo.Folder, "Link.cs");
        File.CreateSymbolicLink(link, path);

        Assert.Equal(0, (await grpo.RunAsync("fix", "Link.cs")).ExitCode);

        Assert.Equal(Trainers.Clean(), Read("real/Trainer.cs"));
        Assert.Equal(Mode, File.GetUnixFileMode(path));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public async Task OtherRulesAreLeftAlone()
    {
        grpo.Write("Trainer.cs", Trainers.Flawed());

        var (exitCode, output, _) = await grpo.RunAsync("fix", "--rules", "GRPO002,grpo003");

        Assert.Equal(0, exitCode);
        Assert.Contains("nothing to fix", output);
        Assert.Equal(Trainers.Flawed(), Read("Trainer.cs"));
    }

    [Theory]
    [InlineData("--rules", "GRPO999", "GRPO001")]
    [InlineData("--fix", "GRPO001=magic", "has no fix 'magic'")]
    [InlineData("--fix", "constant", "RULE=FIX")]
    public async Task WhatCannotBeAskedIsOneSentence(string option, string value, string sentence)
    {
        grpo.Write("Trainer.cs", Trainers.Flawed());

        var (exitCode, output, errors) = await grpo.RunAsync("fix", option, value);

        Assert.Equal(2, exitCode);
        Assert.Equal("", output);
        Assert.Contains(sentence, errors);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task AnInterruptLeavesEveryFileWhole()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The signal is that of Unix.");
            return;
        }

        var names = Enumerable.Range(0, 30).Select(index => $"Trainer{index}").ToList();
        foreach (var name in names)
        {
            grpo.Write(name + ".cs", Trainers.Flawed(name));
        }

        using var process = grpo.Start("fix");
        await Task.Delay(700, TestContext.Current.CancellationToken);
        using var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.Equal(names.Count, Directory.GetFiles(grpo.Folder).Length);
        Assert.All(names, name => Assert.Contains(Read(name + ".cs"), new[] { Trainers.Flawed(name), Trainers.Clean(name) }));
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(grpo.Folder, name));
}
