using Subloc.MLNet.TorchSharp.Native;

using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

public sealed class LibTorchFitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public void Check_TheRightLibTorch_Fits()
    {
        NativeFiles.LinkLibTorch(_folder.Path);

        Check("2.10.0");
    }

    [LinuxFact]
    public void Check_FunctionsMissing_NamesOne()
    {
        NativeFiles.LinkLibTorch(_folder.Path, ("libtorch_cpu.so", Path.Combine(NativeFiles.Installation.Folder, "libc10.so")));

        var problem = Assert.Throws<LibTorchException>(() => Check(null));

        Assert.Contains("functions that TorchSharp", problem.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Check_OtherVersion_NamesIt()
    {
        NativeFiles.LinkLibTorch(_folder.Path);

        var problem = Assert.Throws<LibTorchException>(() => Check("2.4.1"));

        Assert.Contains("it is version 2.4.1", problem.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Check_FileCutShort_NamesIt()
    {
        var cut = Path.Combine(_folder.Path, "cut");
        using (var original = File.OpenRead(Path.Combine(NativeFiles.Installation.Folder, "libtorch_cpu.so")))
        {
            var start = new byte[1 << 20];
            original.ReadExactly(start);
            File.WriteAllBytes(cut, start);
        }

        NativeFiles.LinkLibTorch(_folder.Path, ("libtorch_cpu.so", cut));

        var problem = Assert.Throws<InvalidDataException>(() => Check(null));

        Assert.Contains("libtorch_cpu.so: The ELF file is cut short", problem.Message, StringComparison.Ordinal);
    }

    private void Check(string? version)
    {
        var found = new LibTorchInstallation(_folder.Path, LibTorchSource.Variable, version, NativeFiles.Installation.BridgePath);
        LibTorchFit.CheckVersion(found);
        LibTorchFit.CheckLibraries(found, NativeNames.Linux, NativeFiles.Bridge());
    }
}
