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
    public async Task AFolderThatMayNotBeWrittenToIsNamed()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("The permissions are those of Linux.");
            return;
        }

        grpo.Write("closed/Trainer.cs", Trainers.Flawed());
        grpo.Write("Other.cs", Trainers.Flawed("Other"));
        var closed = Path.Combine(grpo.Folder, "closed");
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        if (Environment.UserName == "root")
        {
            // The administrator may write everywhere, unless that right is given up.
            grpo.Through = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"];
        }

        var (exitCode, output, errors) = await grpo.RunAsync("fix");
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Equal(2, exitCode);
        Assert.Equal("grpo: closed/Trainer.cs cannot be written: its folder may not be written to", errors.Trim());
        Assert.Contains("closed/Trainer.cs(21,21): GRPO001 is left", output);
        Assert.Equal(Trainers.Flawed(), Read("closed/Trainer.cs"));
        Assert.Equal(Trainers.Clean("Other"), Read("Other.cs"));
        Assert.Equal(2, grpo.Tree().Count);
    }

    [Fact]
    public async Task AnotherFixThanTheFirstIsApplied()
    {
        grpo.Write("Trainer.cs", Trainers.Flawed());

        var (exitCode, output, errors) = await grpo.RunAsync("fix", "--fix", "GRPO001=constant");

        Assert.True(exitCode == 0, output + errors);
        var text = Read("Trainer.cs");
        Assert.Contains("/ MaxCompletionTokens", text);
        Assert.DoesNotContain("mask.sum(", text);
        Assert.Equal(0, (await grpo.RunAsync("check")).ExitCode);
    }

    [Fact]
    public async Task WhatHasNoFixIsNamedAndLeft()
    {
        grpo.Write("Fixable.cs", Trainers.Flawed("Fixable"));
        grpo.Write("Host.cs", Trainers.WithoutFix);

        var (exitCode, output, errors) = await grpo.RunAsync("fix");

        Assert.Equal(1, exitCode);
        Assert.Equal("", errors);
        Assert.Equal(
            """
            Fixable.cs: fixed GRPO001
            Host.cs(26,13): GRPO003 is left; 'grpo explain GRPO003' says what to write
            Fixed 1 finding in 1 file; 1 is left.

            """,
            output);
        Assert.Equal(Trainers.WithoutFix, Read("Host.cs"));
        Assert.Equal(Trainers.Clean("Fixable"), Read("Fixable.cs"));
    }

    [Fact]
    public async Task SeveralInOneFileAndInManyFilesAreFixedTogether()
    {
        grpo.Write("Two.cs", Trainers.Flawed("First") + Trainers.Flawed("Second").Replace("using TorchSharp;\nusing static TorchSharp.torch;\n", "", StringComparison.Ordinal));
        grpo.Write("Third.cs", Trainers.Flawed("Third"));

        var (exitCode, output, errors) = await grpo.RunAsync("fix");

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("Two.cs: fixed GRPO001 (2 times)\n", output);
        Assert.Contains("Fixed 3 findings in 2 files; none is left.", output);
        Assert.Equal(Trainers.Clean("Third"), Read("Third.cs"));
        Assert.Equal(0, (await grpo.RunAsync("check")).ExitCode);
    }

    [Fact]
    public async Task HelpNamesTheFixesAndExitCodes()
    {
        var (exitCode, output, _) = await grpo.RunAsync("fix", "--help");

        Assert.Equal(0, exitCode);
        foreach (var named in new[] { "--rules", "--fix", "--dry-run", "GRPO001=token-mean", "GRPO001=constant", "GRPO002=centre", "GRPO003=kl-check", "GRPO003=runtime", "130 interrupted" })
        {
            Assert.Contains(named, output);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnInterruptLeavesEveryFileWhole(bool isWriting)
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
        if (isWriting)
        {
            using var folder = new FileSystemWatcher(grpo.Folder);
            Assert.False(folder.WaitForChanged(WatcherChangeTypes.All, timeout: 300_000).TimedOut);
        }
        else
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        var exitCode = await Grpo.InterruptAsync(process);

        // The last file may be written before the signal arrives.
        Assert.True(exitCode == 130 || (isWriting && exitCode == 0), exitCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(names.Count, grpo.Tree().Count);
        Assert.All(names, name => Assert.Contains(Read(name + ".cs"), new[] { Trainers.Flawed(name), Trainers.Clean(name) }));
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(grpo.Folder, name));
}
