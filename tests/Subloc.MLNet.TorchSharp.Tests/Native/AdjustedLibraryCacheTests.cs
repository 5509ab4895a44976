using System.Runtime.Versioning;
using Subloc.MLNet.TorchSharp.Native;

using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

[SupportedOSPlatform("linux")]
public sealed class AdjustedLibraryCacheTests : IDisposable
{
    private const string Name = "lib.so";
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _original = [1, 2, 3];
    private readonly byte[] _adjusted = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public void Folder_Variables_InOrder()
    {
        var home = NativeFiles.Environment() with { Home = "/home/me" };

        Assert.Null(new AdjustedLibraryCache(NativeFiles.Environment()).Folder);
        Assert.Equal("/home/me/.cache/subloc/native", new AdjustedLibraryCache(home).Folder);
        Assert.Equal("/c/subloc/native", new AdjustedLibraryCache(NativeFiles.Environment(("XDG_CACHE_HOME", "/c"))).Folder);
        Assert.Equal("/s/native", new AdjustedLibraryCache(NativeFiles.Environment(("XDG_CACHE_HOME", "/c"), ("SUBLOC_CACHE", "/s"))).Folder);
    }

    [LinuxFact]
    public void Store_New_OnlyTheUserCanReachIt()
    {
        using var copy = Store();

        Assert.False(copy.IsTemporary);
        Assert.Equal(_adjusted, File.ReadAllBytes(copy.Path));
        Assert.Equal(FileMode, File.GetUnixFileMode(copy.Path));
        Assert.Equal(FolderMode, File.GetUnixFileMode(Path.GetDirectoryName(copy.Path)!));
    }

    [LinuxFact]
    public void Store_Again_KeepsTheFile()
    {
        var first = File.GetLastWriteTimeUtc(Store().Path);

        Assert.Equal(first, File.GetLastWriteTimeUtc(Store().Path));
    }

    [LinuxFact]
    public void Store_TamperedFile_Replaced()
    {
        var path = Store().Path;
        File.WriteAllBytes(path, [.. _adjusted[..^1], 0]);

        Assert.Equal(_adjusted, File.ReadAllBytes(Store().Path));
    }

    [LinuxFact]
    public void Store_LinkInPlaceOfTheFile_ReplacedWithoutTouchingItsTarget()
    {
        var path = Store().Path;
        var target = Path.Combine(_folder.Path, "target");
        File.Move(path, target);
        File.CreateSymbolicLink(path, target);

        Store();

        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal(_adjusted, File.ReadAllBytes(target));
    }

    [LinuxFact]
    public void Store_FileThatOthersCanWrite_Replaced()
    {
        var path = Store().Path;
        File.SetUnixFileMode(path, FileMode | UnixFileMode.OtherWrite);

        Store();

        Assert.Equal(FileMode, File.GetUnixFileMode(path));
    }

    [LinuxFact]
    public void Store_FolderThatOthersCanReach_ClosedAndEmptied()
    {
        var native = _folder.Sub("native");
        var stranger = Path.Combine(native, "stranger");
        File.WriteAllText(stranger, "");
        File.SetUnixFileMode(native, FolderMode | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);

        using var copy = Store();

        Assert.False(copy.IsTemporary);
        Assert.False(File.Exists(stranger));
        Assert.Equal(FolderMode, File.GetUnixFileMode(native));
    }

    [LinuxFact]
    public void Store_FolderIsALink_TemporaryCopy()
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "native"), _folder.Sub("elsewhere"));

        using var copy = Store();

        Assert.True(copy.IsTemporary);
        Assert.Empty(Directory.GetFiles(_folder.Sub("elsewhere")));
    }

    [LinuxFact]
    public void Store_FolderAboveIsOpenToAll_TemporaryCopy()
    {
        File.SetUnixFileMode(_folder.Path, FolderMode | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);

        using var copy = Store();

        Assert.True(copy.IsTemporary);
    }

    [LinuxFact]
    public void Store_FolderCannotBeMade_TemporaryCopyThatIsDeleted()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "native"), "a file where the folder should be");

        var copy = Store();
        var content = File.ReadAllBytes(copy.Path);
        copy.Dispose();

        Assert.Equal(_adjusted, content);
        Assert.False(Directory.Exists(Path.GetDirectoryName(copy.Path)));
    }

    [LinuxFact]
    public void Store_ManyAtOnce_OneCompleteFile()
    {
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ => Assert.Equal(_adjusted, File.ReadAllBytes(Store().Path)));

        Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "native")));
    }

    private AdjustedLibrary Store() =>
        new AdjustedLibraryCache(NativeFiles.Environment(("SUBLOC_CACHE", _folder.Path))).Store(Name, _original, _adjusted);
}
