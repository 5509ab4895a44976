using System.Globalization;
using Microsoft.ML;

namespace Subloc.MLNet.Onnx.Tests.Scoring;

public sealed class SavedModelTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Load_InAProcessWithoutLibtorch_ScoresBitForBitTheSame()
    {
        string[] sequences = ScoredProteins.Random(400, 80);
        using var model = _context.Model.LoadProteinOnnx(new CompositionModel().Save(_folder.At("m.onnx")));
        IDataView data = ScoredProteins.Load(_context, sequences);
        _context.Model.Save(model, data.Schema, _folder.At("m.zip"));
        File.Delete(_folder.At("m.onnx"));
        File.WriteAllLines(_folder.At("data.txt"), sequences);

        var (exitCode, output) = await TestProgram.RunAsync(
            ["score", _folder.At("m.zip"), _folder.At("data.txt"), _folder.At("scores.txt")], ("SUBLOC_LIBTORCH", _folder.At("nowhere")));

        // The last line shows that the process would not have found libtorch; a line before it would name what it loaded of it.
        Assert.True(exitCode == 0, output);
        Assert.StartsWith($"SUBLOC_LIBTORCH is '{_folder.At("nowhere")}', but neither it", output, StringComparison.Ordinal);
        Assert.Equal(
            ScoredProteins.Scores(model.Transform(data)).SelectMany(row => row).Select(score => BitConverter.SingleToInt32Bits(score).ToString("x8", CultureInfo.InvariantCulture)),
            File.ReadLines(_folder.At("scores.txt")));
    }

    public void Dispose() => _folder.Dispose();
}
