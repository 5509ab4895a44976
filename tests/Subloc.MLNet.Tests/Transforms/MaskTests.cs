using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.Testing;

namespace Subloc.MLNet.Tests.Transforms;

public sealed class MaskTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(ProteinEncoding.Tokens)]
    [InlineData(ProteinEncoding.OneHot)]
    [InlineData(ProteinEncoding.Blosum62)]
    public void IndicateSequenceMask_EveryEncoding_MarksResidues(ProteinEncoding encoding)
    {
        IDataView data = Encode(encoding, "MKX", "A");

        EstimatorContract.Check(_context, _context.Transforms.IndicateSequenceMask(), data, 0, "Mask");
        List<object[]> masks = RowValues.Read(_context.Transforms.IndicateSequenceMask().Fit(data).Transform(data), "Mask");
        Assert.Equal([1, 1, 1, 0, 0], (double[])masks[0][0]);
        Assert.Equal([1, 0, 0, 0, 0], (double[])masks[1][0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MaskSequence_DenseAndSparse_MultipliesEveryChannel(bool sparse)
    {
        IDataView data = LoadProfiles(sparse);

        EstimatorContract.Check(_context, _context.Transforms.MaskSequence("Masked", "Features"), data, 0, "Masked");
        List<object[]> rows = RowValues.Read(_context.Transforms.MaskSequence().Fit(data).Transform(data), "Features");
        Assert.Equal([1, 2, 0, 0, 0, 0], (double[])rows[0][0]);
        Assert.Equal([1, 2, 1.5, 2, 5, 6], (double[])rows[1][0]);
    }

    [Fact]
    public void MaskSequence_MaskOfAnotherLength_IsRefused()
    {
        IDataView data = _context.Transforms.CopyColumns("Mask", "Features").Fit(LoadProfiles(false)).Transform(LoadProfiles(false));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.MaskSequence().Fit(data));

        Assert.Contains("mask column 'Mask': expected Vector<Single, 3>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MaskTransforms_WrongColumns_AreRefusedAtEveryStage()
    {
        IDataView text = _context.Data.LoadFromEnumerable([new Text()]);

        EstimatorContract.CheckRefusal(
            _context.Transforms.IndicateSequenceMask(), Encode(ProteinEncoding.Tokens, "M"), text, "Schema mismatch for input column 'Features'");
        EstimatorContract.CheckRefusal(
            _context.Transforms.MaskSequence(), LoadProfiles(false), text, "Schema mismatch for input column 'Features'");
    }

    [Fact]
    public void IndicateSequenceMask_FlatChannels_AreRefused()
    {
        SchemaDefinition flat = SchemaDefinition.Create(typeof(Profile));
        flat["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 6);
        IDataView data = _context.Data.LoadFromEnumerable([new Profile()], flat);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.IndicateSequenceMask().Fit(data));

        Assert.Contains("two dimensions", error.Message, StringComparison.Ordinal);
    }

    private IDataView Encode(ProteinEncoding encoding, params string[] sequences)
    {
        IDataView data = _context.Data.LoadFromEnumerable(sequences.Select(sequence => new Text { Sequence = sequence, Features = "" }).ToArray());
        return _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = 5, Encoding = encoding }).Fit(data).Transform(data);
    }

    private IDataView LoadProfiles(bool sparse)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Profile));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, 2);
        VBuffer<float> features = sparse
            ? new VBuffer<float>(6, 5, [1, 2, 3, 5, 6], [0, 1, 2, 4, 5])
            : new VBuffer<float>(6, [1, 2, 3, 4, 5, 6]);
        VBuffer<float> whole = sparse
            ? new VBuffer<float>(6, 6, [1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5])
            : features;
        return _context.Data.LoadFromEnumerable(
        [
            new Profile { Features = features, Mask = new VBuffer<float>(3, 1, [1], [0]) },
            new Profile { Features = whole, Mask = new VBuffer<float>(3, [1, .5f, 1]) },
        ], schema);
    }

    private sealed class Text
    {
        public string Sequence { get; set; } = "";

        public string Features { get; set; } = "";
    }

    private sealed class Profile
    {
        [VectorType(3, 2)]
        public VBuffer<float> Features = new(6, [1, 2, 3, 4, 5, 6]);

        [VectorType(3)]
        public VBuffer<float> Mask = new(3, [1, 1, 1]);
    }
}
