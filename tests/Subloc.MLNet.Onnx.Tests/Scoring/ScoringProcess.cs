using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Native;

namespace Subloc.MLNet.Onnx.Tests.Scoring;

/// <summary>Loads a model in a process that names no type of this library before it has scored, and where libtorch cannot be found.</summary>
internal static class ScoringProcess
{
    /// <summary>Writes the scores of the sequences in a text file, bit for bit, to another file; then says what is loaded.</summary>
    public static int Score(string model, string data, string output)
    {
        var context = new MLContext();
        ITransformer loaded = context.Model.Load(model, out DataViewSchema _);
        Input[] rows = [.. File.ReadLines(data).Select(sequence => new Input { Sequence = sequence })];
        IDataView scored = loaded.Transform(context.Data.LoadFromEnumerable(rows));
        var scores = context.Data.CreateEnumerable<Output>(scored, reuseRowObject: false).SelectMany(row => row.Score);
        File.WriteAllLines(output, scores.Select(score => BitConverter.SingleToInt32Bits(score).ToString("x8", CultureInfo.InvariantCulture)));

        using var self = Process.GetCurrentProcess();
        IEnumerable<string?> libraries = self.Modules.Cast<ProcessModule>().Select(module => module.ModuleName)
            .Concat(AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name));
        foreach (string? name in libraries.Where(name => name!.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.Contains("c10", StringComparison.Ordinal)))
            Console.WriteLine($"loaded: {name}");
        Console.WriteLine(Refusal());
        return 0;
    }

    private static string Refusal()
    {
        try
        {
            LibTorch.Start();
            return "libtorch started";
        }
        catch (LibTorchException error)
        {
            return error.Message;
        }
    }

    internal sealed class Input
    {
        public string Sequence { get; set; } = "";
    }

    internal sealed class Output
    {
        public float[] Score { get; set; } = [];
    }
}
