using Subloc.MLNet.TorchSharp.Native;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

/// <summary>The real libraries that the tests read, and environments made up for tests.</summary>
internal static class NativeFiles
{
    /// <summary>Where the libraries of this test run lie.</summary>
    public static LibTorchInstallation Installation { get; } =
        new LibTorchLocator(NativeEnvironment.Current with { FindLoaded = _ => null }).Find();

    /// <summary>A fresh copy of TorchSharp's own library.</summary>
    public static byte[] Bridge() => File.ReadAllBytes(Installation.BridgePath);

    /// <summary>An environment without a home, an application folder and a loaded library, but for these variables.</summary>
    public static NativeEnvironment Environment(params (string Name, string Value)[] variables) => new()
    {
        Variable = name => variables.FirstOrDefault(variable => variable.Name == name).Value,
        Home = "",
        ApplicationFolders = [Path.GetDirectoryName(Installation.BridgePath)!],
        FindLoaded = _ => null,
    };

    /// <summary>Fills a folder with a libtorch whose files are links to the real ones, all but one replaced by other content.</summary>
    public static string LinkLibTorch(string folder, params (string Name, string Target)[] replaced)
    {
        foreach (var path in Directory.GetFiles(Installation.Folder))
        {
            var name = Path.GetFileName(path);
            File.CreateSymbolicLink(Path.Combine(folder, name), replaced.FirstOrDefault(other => other.Name == name).Target ?? path);
        }

        return folder;
    }
}
