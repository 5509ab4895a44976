using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.Testing;

namespace Subloc.MLNet.Tests.Transforms;

public sealed class ProteinEncodingTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(ProteinEncoding.Tokens)]
    [InlineData(ProteinEncoding.OneHot)]
    [InlineData(ProteinEncoding.Blosum62)]
    public void Estimator_EveryEncoding_FulfilsContract(ProteinEncoding encoding)
    {
        IDataView data = Load("MKV", "acdefghiklmnpqrstvwy", "BZJXUO*", new string('W', 50));

        EstimatorContract.Check(
            _context, _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = 12, Encoding = encoding }), data, 0, "Features");
    }

    [Fact]
    public void EncodeProtein_Defaults_TokensOfLength1000()
    {
        IDataView data = Load("MKV");

        IDataView encoded = _context.Transforms.EncodeProtein().Fit(data).Transform(data);

        var type = Assert.IsType<VectorDataViewType>(encoded.Schema["Features"].Type);
        Assert.Equal(1000, type.Size);
        var key = Assert.IsType<KeyDataViewType>(type.ItemType);
        Assert.Equal(24ul, key.Count);
        Assert.Equal(typeof(byte), key.RawType);
        VBuffer<ReadOnlyMemory<char>> letters = default;
        encoded.Schema["Features"].GetKeyValues(ref letters);
        Assert.Equal("ARNDCQEGHILKMFPSTWYVBZJX", string.Concat(letters.DenseValues()));
    }

    [Fact]
    public void EncodeProtein_Channels_HaveTwoDimensions()
    {
        IDataView data = Load("MKV");

        IDataView encoded = Encode(data, new ProteinEncodingOptions { Length = 7, Encoding = ProteinEncoding.OneHot });

        Assert.Equal([7, 20], ((VectorDataViewType)encoded.Schema["Features"].Type).Dimensions.ToArray());
    }

    [Theory]
    [InlineData(SequenceEnds.Both, "ARNDC", "ARNDC")]
    [InlineData(SequenceEnds.Both, "ARNDCQEG", "ARNEG")]
    [InlineData(SequenceEnds.Start, "ARNDCQEG", "ARNDC")]
    [InlineData(SequenceEnds.End, "ARNDCQEG", "DCQEG")]
    [InlineData(SequenceEnds.Both, "AR", "AR")]
    public void Tokens_LongAndShortSequences_KeepTheAskedEnds(SequenceEnds keep, string sequence, string kept)
    {
        double[] tokens = Tokens(sequence, new ProteinEncodingOptions { Length = 5, Keep = keep });

        string letters = string.Concat(tokens.Where(token => token != 0).Select(token => Alphabet.LetterOf((byte)token)));
        Assert.Equal(kept, letters);
        Assert.All(tokens.Skip(kept.Length), token => Assert.Equal(0, token));
    }

    [Theory]
    [InlineData("arn", "ARN")]
    [InlineData("U", "C")]
    [InlineData("o", "K")]
    [InlineData("BZJX", "BZJX")]
    [InlineData("M*", "M")]
    [InlineData("MK**", "MK")]
    [InlineData("M*K", "MXK")]
    public void Tokens_LettersWithStatedMeaning_AreReadSo(string sequence, string meaning)
    {
        double[] tokens = Tokens(sequence, new ProteinEncodingOptions { Length = 6 });

        Assert.Equal(meaning, string.Concat(tokens.Where(token => token != 0).Select(token => Alphabet.LetterOf((byte)token))));
    }

    [Theory]
    [InlineData("MK1V", "Column 'Sequence': The sequence has the character '1' at position 3")]
    [InlineData("M KV", "the character ' ' at position 2")]
    [InlineData("MK\u00c5", "the character '\u00c5' at position 3")]
    [InlineData("AAAAAAAA-AAAAAAA", "the character '-' at position 9")]
    [InlineData("", "The sequence is empty")]
    [InlineData("***", "The sequence is empty")]
    public void Tokens_BadSequence_ErrorSaysWhere(string sequence, string sentence)
    {
        var error = Assert.Throws<InvalidDataException>(() => Tokens(sequence, new ProteinEncodingOptions { Length = 4 }));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneHot_Residue_IsOneAtItsChannel()
    {
        double[] channels = Channels("RB", ProteinEncoding.OneHot);

        Assert.Equal(1, channels[Alphabet.Residues.IndexOf('R')]);
        Assert.Equal(1, channels.Take(20).Sum());
        Assert.Equal(0.5, channels[20 + Alphabet.Residues.IndexOf('D')]);
        Assert.Equal(0.5, channels[20 + Alphabet.Residues.IndexOf('N')]);
        Assert.Equal(0, channels.Skip(40).Sum());
    }

    [Fact]
    public void Blosum62_Residue_HasItsRow()
    {
        double[] channels = Channels("WX", ProteinEncoding.Blosum62);

        Assert.Equal(11, channels[Alphabet.Residues.IndexOf('W')]);
        Assert.Equal(-3, channels[Alphabet.Residues.IndexOf('A')]);
        double meanOverW = Alphabet.Residues.Average(residue => Alphabet.Blosum62('W', residue));
        Assert.Equal(meanOverW, channels[20 + Alphabet.Residues.IndexOf('W')], 5);
        Assert.All(channels.Skip(40), value => Assert.Equal(0, value));
    }

    [Fact]
    public void EncodeProtein_WrongColumn_IsRefusedAtEveryStage()
    {
        IDataView good = Load("MKV");
        IDataView bad = _context.Data.LoadFromEnumerable([new Numbers { Sequence = 3 }]);

        EstimatorContract.CheckRefusal(_context.Transforms.EncodeProtein(), good, bad, "Schema mismatch for input column 'Sequence': expected Text");
    }

    [Fact]
    public void EncodeProtein_MissingColumn_IsRefusedAtEveryStage()
    {
        IDataView good = Load("MKV");
        IDataView bad = _context.Data.LoadFromEnumerable([new Other { Text = "MKV" }]);

        EstimatorContract.CheckRefusal(_context.Transforms.EncodeProtein(), good, bad, "Could not find input column 'Sequence'");
    }

    [Fact]
    public void Options_Defaults_AreTheStatedOnes()
    {
        var options = new ProteinEncodingOptions();

        Assert.Equal(
            ("Features", "Sequence", 1000, SequenceEnds.Both, ProteinEncoding.Tokens),
            (options.OutputColumnName, options.InputColumnName, options.Length, options.Keep, options.Encoding));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        TransformsCatalog catalog = _context.Transforms;

        Assert.Throws<ArgumentOutOfRangeException>(() => catalog.EncodeProtein(new ProteinEncodingOptions { Length = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => catalog.EncodeProtein(new ProteinEncodingOptions { Length = 100_001 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => catalog.EncodeProtein(new ProteinEncodingOptions { Keep = (SequenceEnds)9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => catalog.EncodeProtein(new ProteinEncodingOptions { Encoding = (ProteinEncoding)9 }));
        Assert.Throws<ArgumentException>(() => catalog.EncodeProtein(new ProteinEncodingOptions { OutputColumnName = " " }));
        Assert.Throws<ArgumentException>(() => catalog.EncodeProtein(new ProteinEncodingOptions { InputColumnName = "" }));
    }

    [Fact]
    public void Tokens_ManyRows_AllocateNothingPerRow()
    {
        IDataView data = _context.Data.Cache(Load([.. Enumerable.Range(0, 4000).Select(i => new string('A', 1 + i % 900))]));
        IDataView encoded = _context.Transforms.EncodeProtein().Fit(data).Transform(data);
        long Read(int rows)
        {
            using DataViewRowCursor cursor = encoded.GetRowCursor([encoded.Schema["Features"]]);
            ValueGetter<VBuffer<byte>> getter = cursor.GetGetter<VBuffer<byte>>(encoded.Schema["Features"]);
            VBuffer<byte> value = default;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < rows && cursor.MoveNext(); i++)
                getter(ref value);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Read(4000);
        long few = Read(100), many = Read(4000);

        Assert.True(many - few < 3900, $"{many - few} bytes were allocated for 3900 rows.");
    }

    private IDataView Load(params string[] sequences) =>
        _context.Data.LoadFromEnumerable(sequences.Select(sequence => new Protein { Sequence = sequence }).ToArray());

    private IDataView Encode(IDataView data, ProteinEncodingOptions options) =>
        _context.Transforms.EncodeProtein(options).Fit(data).Transform(data);

    private double[] Tokens(string sequence, ProteinEncodingOptions options) =>
        (double[])RowValues.Read(Encode(Load(sequence), options), "Features")[0][0];

    private double[] Channels(string sequence, ProteinEncoding encoding) =>
        Tokens(sequence, new ProteinEncodingOptions { Length = 4, Encoding = encoding });

    private sealed class Protein
    {
        public string Sequence { get; set; } = "";
    }

    private sealed class Numbers
    {
        public float Sequence { get; set; }
    }

    private sealed class Other
    {
        public string Text { get; set; } = "";
    }
}
