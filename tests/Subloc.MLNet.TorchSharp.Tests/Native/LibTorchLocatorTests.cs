using Subloc.MLNet.TorchSharp.Native;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

public sealed class LibTorchLocatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_NamedFolderIsEmpty_SaysSo()
    {
        var problem = Assert.Throws<LibTorchException>(() => Find(("SUBLOC_LIBTORCH", _folder.Path)));

        Assert.Contains($"SUBLOC_LIBTORCH is '{_folder.Path}', but neither it nor", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NoPackageCache_SaysWhereItLooked()
    {
        var problem = Assert.Throws<LibTorchException>(() => Find(("NUGET_PACKAGES", _folder.Path)));

        Assert.Contains(Path.Combine(_folder.Path, "libtorch-cpu-"), problem.Message, StringComparison.Ordinal);
        Assert.Contains("let SUBLOC_LIBTORCH name", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NeitherCacheNorHome_SaysSo()
    {
        var problem = Assert.Throws<LibTorchException>(() => Find());

        Assert.Contains("neither NUGET_PACKAGES nor a home folder", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lib")]
    [InlineData("torch/lib")]
    public void Find_NamedFolder_AnyOfItsLayouts(string below)
    {
        var lib = AddLibraries(_folder.Sub(below));

        var found = Find(("SUBLOC_LIBTORCH", _folder.Path));

        Assert.Equal(LibTorchSource.Variable, found.Source);
        Assert.Equal(Path.TrimEndingDirectorySeparator(lib), Path.TrimEndingDirectorySeparator(found.Folder));
    }

    [Theory]
    [InlineData("build-version", "2.10.0+cpu\n", "2.10.0")]
    [InlineData("version.py", "from typing import Optional\n\n__version__ = '2.4.1+cu121'\ndebug = False\n", "2.4.1")]
    [InlineData("version.py", "debug = '2.4.1'\n", null)]
    public void Find_NamedFolder_ReadsTheVersion(string file, string content, string? version)
    {
        AddLibraries(_folder.Sub("lib"));
        File.WriteAllText(Path.Combine(_folder.Path, file), content);

        Assert.Equal(version, Find(("SUBLOC_LIBTORCH", _folder.Path)).Version);
    }

    [Fact]
    public void Find_BesideTheApplication_BeforeThePackageCache()
    {
        var names = NativeNames.Current;
        File.WriteAllText(Path.Combine(AddLibraries(_folder.Sub("app")), names.Bridge), "");
        var environment = NativeEnvironment.Current with { ApplicationFolders = [_folder.Sub("app")], FindLoaded = _ => null, Variable = _ => null };

        var found = new LibTorchLocator(environment).Find();

        Assert.Equal(LibTorchSource.Application, found.Source);
        Assert.Equal(Path.Combine(_folder.Path, "app", names.Bridge), found.BridgePath);
    }

    [Fact]
    public void Find_LoadedBefore_KeepsIt()
    {
        var environment = NativeFiles.Environment() with { FindLoaded = name => $"/opt/torch/lib/{name}" };

        var found = new LibTorchLocator(environment).Find();

        Assert.Equal(LibTorchSource.AlreadyLoaded, found.Source);
        Assert.Equal("/opt/torch/lib", found.Folder);
    }

    [Fact]
    public void Find_PlatformWithoutLibrary_SaysWhichHaveOne()
    {
        var environment = NativeFiles.Environment() with { ApplicationFolders = [], Platform = "linux-arm64" };

        var problem = Assert.Throws<LibTorchException>(() => new LibTorchLocator(environment).Find());

        Assert.Contains("no library for linux-arm64", problem.Message, StringComparison.Ordinal);
    }

    private static LibTorchInstallation Find(params (string Name, string Value)[] variables) =>
        new LibTorchLocator(NativeFiles.Environment(variables)).Find();

    private static string AddLibraries(string folder)
    {
        foreach (var name in NativeNames.Current.Required)
            File.WriteAllText(Path.Combine(folder, name), "");

        return folder;
    }
}
