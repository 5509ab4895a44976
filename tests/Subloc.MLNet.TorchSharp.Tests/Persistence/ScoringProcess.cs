using Microsoft.ML;

namespace Subloc.MLNet.TorchSharp.Tests.Persistence;

/// <summary>Loads a model in a process that names no type of this library, and scores sequences with it.</summary>
internal static class ScoringProcess
{
    /// <summary>Writes the scores of the sequences in a text file, bit for bit, to another file.</summary>
    public static int Score(string model, string data, string output)
    {
        var context = new MLContext();
        ITransformer loaded = context.Model.Load(model, out DataViewSchema _);
        Input[] rows = [.. File.ReadLines(data).Select(sequence => new Input { Sequence = sequence })];
        IDataView scored = loaded.Transform(context.Data.LoadFromEnumerable(rows));
        var scores = context.Data.CreateEnumerable<Output>(scored, reuseRowObject: false).SelectMany(row => row.Score);
        File.WriteAllLines(output, scores.Select(score => BitConverter.SingleToInt32Bits(score).ToString("x8", System.Globalization.CultureInfo.InvariantCulture)));
        return 0;
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
