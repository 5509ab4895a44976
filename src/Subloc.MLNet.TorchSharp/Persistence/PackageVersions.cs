using System.Reflection;
using Microsoft.ML;

namespace Subloc.MLNet.TorchSharp.Persistence;

/// <summary>Versions of the packages that make a model.</summary>
public static class PackageVersions
{
    /// <summary>Versions by package name, of the program that runs.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["Subloc.MLNet"] = Of(typeof(ColumnNames)),
        ["Microsoft.ML"] = Of(typeof(MLContext)),
        ["TorchSharp"] = Native.BuildVersions.TorchSharp,
        ["libtorch"] = Native.BuildVersions.LibTorch,
    };

    /// <summary>Version of the package that a type is from.</summary>
    internal static string Of(Type type)
    {
        string version = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? type.Assembly.GetName().Version?.ToString() ?? "unknown";
        return version.Split('+')[0];
    }
}
