using System.Diagnostics;
using Subloc.MLNet.Onnx.Tests.Embeddings;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>What the test assembly does when it is started as a program.</summary>
internal static class TestProgram
{
    public static int Main(string[] arguments) => arguments switch
    {
        ["embed", string model, string folder, string order] => EmbeddingProcess.Embed(model, folder, order),
        ["load", string pipeline] => EmbeddingProcess.Load(pipeline),
        _ => 2,
    };

    /// <summary>Starts the test assembly as a program.</summary>
    public static Process Start(params string[] arguments)
    {
        string host = Environment.ProcessPath!;
        if (!Path.GetFileNameWithoutExtension(host).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            host = "dotnet";
        return Process.Start(new ProcessStartInfo(host, ["exec", typeof(TestProgram).Assembly.Location, .. arguments]) { RedirectStandardOutput = true })!;
    }
}
