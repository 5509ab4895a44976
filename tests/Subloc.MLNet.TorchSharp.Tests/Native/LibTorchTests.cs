using Subloc.MLNet.TorchSharp.Native;
using Subloc.Testing;
using TorchSharp;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

public sealed class LibTorchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Start_Repeated_TorchComputes()
    {
        Parallel.For(0, 8, _ => LibTorch.Start());

        using var scope = torch.NewDisposeScope();
        var product = torch.tensor(new float[,] { { 1, 2 }, { 3, 4 } }).matmul(torch.ones(2, 1));

        Assert.Equal([3f, 7f], product.data<float>().ToArray());
    }

    [Fact]
    public void Inspect_HealthySystem_NothingIsWrong()
    {
        var report = LibTorch.Inspect();

        Assert.True(report.IsStarted);
        Assert.Equal("2.10.0", report.LibTorchVersion);
        Assert.True(report.TorchThreadCount >= 1);
        Assert.NotEqual(LibTorchSource.None, report.LibTorchSource);
        Assert.DoesNotContain(report.Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.NotNull(report.AreConvolutionsRight);
        Assert.Equal(!report.AreConvolutionsRight, report.Findings.Any(finding => finding.Message.Contains("convolves wrongly", StringComparison.Ordinal)));
    }

    [Fact]
    public void Inspect_StartFails_ReportsTheReason()
    {
        var report = new SystemInspection(() => throw new LibTorchException("There is none; install it.")).Run();

        Assert.False(report.IsStarted);
        Assert.Equal(new Finding(FindingSeverity.Error, "There is none; install it."), report.Findings[0]);
    }

    [LinuxFact]
    public async Task Start_SeveralProcessesWithAnEmptyCache_AllCompute()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LibTorchProcess.RunAsync(("SUBLOC_CACHE", _folder.Path))));

        Assert.All(runs, run => Assert.Equal((0, "3"), (run.ExitCode, run.Output.Split('|')[0])));
        if (runs[0].Output.EndsWith(".so", StringComparison.Ordinal))
            Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "native")));
    }

    [LinuxFact]
    public async Task Start_NamedLibTorch_IsUsed()
    {
        NativeFiles.LinkLibTorch(_folder.Sub("torch", "lib"));

        var (exitCode, output) = await LibTorchProcess.RunAsync(("SUBLOC_LIBTORCH", _folder.Path));

        Assert.StartsWith("3|Variable|", output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [LinuxFact]
    public async Task Start_NamedLibTorchDoesNotFit_SentenceInsteadOfACrash()
    {
        NativeFiles.LinkLibTorch(_folder.Path, ("libtorch_cpu.so", Path.Combine(NativeFiles.Installation.Folder, "libc10.so")));

        var (exitCode, output) = await LibTorchProcess.RunAsync(("SUBLOC_LIBTORCH", _folder.Path));

        Assert.StartsWith($"The libtorch in {_folder.Path} does not fit: it lacks ", output, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [LinuxFact]
    public async Task Start_NamedFileIsText_SentenceInsteadOfACrash()
    {
        var text = Path.Combine(_folder.Path, "text");
        await File.WriteAllTextAsync(text, "<html>404</html>");
        NativeFiles.LinkLibTorch(_folder.Sub("lib"), ("libtorch.so", text));

        var (exitCode, output) = await LibTorchProcess.RunAsync(("SUBLOC_LIBTORCH", _folder.Path));

        Assert.Contains("libtorch.so: The file is not a 64-bit little-endian ELF library. Install it anew.", output, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [LinuxFact]
    public async Task Start_NothingCanBeWritten_SentenceOrTemporaryCopy()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "");

        var (exitCode, output) = await LibTorchProcess.RunAsync(("SUBLOC_CACHE", file), ("TMPDIR", file));

        Assert.True(exitCode == 0 || output.Contains("let SUBLOC_CACHE name a folder", StringComparison.Ordinal), output);
    }
}
