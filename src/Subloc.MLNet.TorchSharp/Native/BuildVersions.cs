using System.Reflection;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>The package versions that this library was built with.</summary>
internal static class BuildVersions
{
    /// <summary>Version of the TorchSharp package.</summary>
    public static string TorchSharp { get; } = Read("TorchSharpVersion");

    /// <summary>Version of the libtorch package, and of the libtorch that TorchSharp was built for.</summary>
    public static string LibTorch { get; } = Read("LibTorchVersion");

    private static string Read(string key) => typeof(BuildVersions).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == key).Value!;
}
