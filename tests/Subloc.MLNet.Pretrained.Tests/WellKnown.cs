using System.Runtime.CompilerServices;

namespace Subloc.MLNet.Pretrained.Tests;

/// <summary>The well-known proteins of the examples.</summary>
internal static class WellKnown
{
    /// <summary>The checkout that the tests were built in.</summary>
    public static string Root { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Here())!, "..", ".."));

    /// <summary>The FASTA file.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Root, "examples", "data", "wellknown.fasta");

    private static string Here([CallerFilePath] string path = "") => path;
}
