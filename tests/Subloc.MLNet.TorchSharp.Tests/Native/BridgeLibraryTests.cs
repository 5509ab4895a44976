using Subloc.MLNet.TorchSharp.Native;

using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

public sealed class BridgeLibraryTests
{
    private const string Path = "/app/libLibTorchSharp.so";

    [LinuxFact]
    public void Adjust_NewSystem_LeavesTheLibraryAlone() =>
        Assert.Null(BridgeLibrary.Adjust(Path, NativeFiles.Bridge(), System(new(2, 39), 33)));

    [LinuxFact]
    public void Adjust_OneReleaseTooOld_AdjustsTheLibrary() =>
        Assert.Equal(StreamInitPatch.Apply(NativeFiles.Bridge()), BridgeLibrary.Adjust(Path, NativeFiles.Bridge(), System(new(2, 36), 30)));

    [LinuxFact]
    public void Adjust_TwoReleasesTooOld_RefusesWithTheLevel()
    {
        var problem = Assert.Throws<LibTorchException>(() => BridgeLibrary.Adjust(Path, NativeFiles.Bridge(), System(new(2, 34), 29)));

        Assert.Contains("stops at GLIBCXX_3.4.29 and lacks GLIBCXX_3.4.30; use a newer system", problem.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Adjust_OldLibc_RefusesWithBothVersions()
    {
        var problem = Assert.Throws<LibTorchException>(() => BridgeLibrary.Adjust(Path, NativeFiles.Bridge(), System(new(2, 28), 25)));

        Assert.Contains("needs glibc 2.34 or newer, but this system has 2.28", problem.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Adjust_OtherLibc_RefusesWithTheCure()
    {
        var problem = Assert.Throws<LibTorchException>(() => BridgeLibrary.Adjust(Path, NativeFiles.Bridge(), System(null, 33)));

        Assert.Contains("instead of Alpine", problem.Message, StringComparison.Ordinal);
    }

    private static LinuxLibraries System(Version? libc, int level)
    {
        var versions = Enumerable.Range(1, level).Select(i => $"GLIBCXX_3.4.{i}").Append("GLIBCXX_3.4").Append("CXXABI_1.3")
            .Concat(Enumerable.Range(1, 13).Select(i => $"CXXABI_1.3.{i}"));
        return new(libc, "/usr/lib/libstdc++.so.6", versions.ToHashSet());
    }
}
