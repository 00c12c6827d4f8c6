using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace GrpoAnalyzers.Runtime.Tests;

public class PackageTests
{
    [Fact]
    public void The_package_depends_on_TorchSharp_and_on_nothing_else()
    {
        var output = Directory.CreateTempSubdirectory("grpo-pack-").FullName;
        try
        {
            var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
            var start = new ProcessStartInfo("dotnet")
            {
                ArgumentList = { "pack", "--no-build", "-c", configuration, "-o", output, "-v", "q", "--nologo" },
                WorkingDirectory = Path.Combine(Directories.Root, "runtime", "GrpoAnalyzers.Runtime"),
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var text = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, text);

            using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(output, "*.nupkg")));
            using var stream = package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
            var dependency = Assert.Single(XDocument.Load(stream).Descendants(), e => e.Name.LocalName == "dependency");
            Assert.Equal("TorchSharp", dependency.Attribute("id")!.Value);
            Assert.Equal("0.106.0", dependency.Attribute("version")!.Value);
            Assert.Equal(
                ["lib/net8.0/GrpoAnalyzers.Runtime.dll", "lib/net8.0/GrpoAnalyzers.Runtime.xml"],
                package.Entries.Select(e => e.FullName).Where(n => n.StartsWith("lib/", StringComparison.Ordinal)).Order());
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }
}
