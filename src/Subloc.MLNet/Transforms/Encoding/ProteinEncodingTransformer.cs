using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.Transforms.Encoding;

[assembly: LoadableClass(typeof(ProteinEncodingTransformer), null, typeof(SignatureLoadModel),
    "Protein Encoding", ProteinEncodingTransformer.LoaderSignature)]

namespace Subloc.MLNet.Transforms.Encoding;

/// <summary>Encodes proteins; made by <see cref="ProteinEncodingEstimator"/> or loaded from a model.</summary>
public sealed class ProteinEncodingTransformer : RowTransformer
{
    internal const string LoaderSignature = "ProteinEncoding";

    internal ProteinEncodingTransformer(IHostEnvironment env, ProteinEncodingOptions options)
        : base(env.Register(nameof(ProteinEncodingTransformer)))
    {
        Options = options;
    }

    /// <summary>The settings it encodes with.</summary>
    public ProteinEncodingOptions Options { get; }

    internal static void CheckInput(IExceptionContext context, SchemaShape.Column column)
    {
        if (!column.IsText())
            throw context.ExceptSchemaMismatch("inputSchema", "input", column.Name, "Text (the raw residue letters)", column.GetTypeString());
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema)
    {
        DataViewSchema.Column input = inputSchema.Find(Host, "input", Options.InputColumnName);
        CheckInput(Host, input.ToShape());
        return new Mapper(this, input.Index);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(Options.OutputColumnName);
        ctx.SaveNonEmptyString(Options.InputColumnName);
        ctx.Writer.Write(Options.Length);
        ctx.Writer.Write((int)Options.Keep);
        ctx.Writer.Write((int)Options.Encoding);
        ctx.SaveNonEmptyString(Alphabet.Letters);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "PROTENCD",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ProteinEncodingTransformer).Assembly.FullName);

    private static ProteinEncodingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var options = new ProteinEncodingOptions
        {
            OutputColumnName = ctx.LoadNonEmptyString(),
            InputColumnName = ctx.LoadNonEmptyString(),
            Length = ctx.Reader.ReadInt32(),
            Keep = (SequenceEnds)ctx.Reader.ReadInt32(),
            Encoding = (ProteinEncoding)ctx.Reader.ReadInt32(),
        };
        env.CheckDecode(ctx.LoadNonEmptyString() == Alphabet.Letters, "The model was made with another residue alphabet; train it again with this version.");
        try
        {
            return new ProteinEncodingTransformer(env, options.Validate());
        }
        catch (ArgumentException error)
        {
            throw env.ExceptDecode(error, "The model's protein encoding is damaged.");
        }
    }

    private static DataViewSchema.DetachedColumn MakeOutput(ProteinEncodingOptions options)
    {
        if (options.Encoding != ProteinEncoding.Tokens)
        {
            var channels = new VectorDataViewType(NumberDataViewType.Single, options.Length, Alphabet.ResidueCount);
            return new DataViewSchema.DetachedColumn(options.OutputColumnName, channels);
        }

        var letters = new VBuffer<ReadOnlyMemory<char>>(
            Alphabet.TokenCount, [.. Enumerable.Range(0, Alphabet.TokenCount).Select(i => Alphabet.Letters.AsMemory(i, 1))]);
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddKeyValues(Alphabet.TokenCount, TextDataViewType.Instance, (ref VBuffer<ReadOnlyMemory<char>> value) => letters.CopyTo(ref value));
        var tokens = new VectorDataViewType(new KeyDataViewType(typeof(byte), Alphabet.TokenCount), options.Length);
        return new DataViewSchema.DetachedColumn(options.OutputColumnName, tokens, annotations.ToAnnotations());
    }

    private sealed class Mapper(ProteinEncodingTransformer parent, int input) : RowMapper(parent, [MakeOutput(parent.Options)])
    {
        protected override IEnumerable<int> Inputs => [input];

        public override Delegate[] CreateGetters(DataViewRow row, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            if (!activeOutput(0))
                return new Delegate[1];

            ValueGetter<ReadOnlyMemory<char>> text = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[input]);
            return parent.Options.Encoding switch
            {
                ProteinEncoding.Tokens => [MakeTokens(text)],
                ProteinEncoding.OneHot => [MakeOneHot(text)],
                _ => [MakeBlosum62(text)],
            };
        }

        private ValueGetter<VBuffer<byte>> MakeTokens(ValueGetter<ReadOnlyMemory<char>> text)
        {
            int length = parent.Options.Length;
            SequenceEnds keep = parent.Options.Keep;
            ReadOnlyMemory<char> sequence = default;
            return (ref VBuffer<byte> value) =>
            {
                text(ref sequence);
                VBufferEditor<byte> editor = VBufferEditor.Create(ref value, length);
                Encode(sequence, keep, editor.Values);
                value = editor.Commit();
            };
        }

        private ValueGetter<VBuffer<float>> MakeBlosum62(ValueGetter<ReadOnlyMemory<char>> text)
        {
            const int Width = Alphabet.ResidueCount;
            int length = parent.Options.Length;
            SequenceEnds keep = parent.Options.Keep;
            var tokens = new byte[length];
            ReadOnlyMemory<char> sequence = default;
            return (ref VBuffer<float> value) =>
            {
                text(ref sequence);
                int count = Encode(sequence, keep, tokens);
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, length * Width);
                ReadOnlySpan<float> table = Alphabet.Blosum62Table;
                for (int i = 0; i < count; i++)
                    table.Slice(tokens[i] * Width, Width).CopyTo(editor.Values[(i * Width)..]);

                editor.Values[(count * Width)..].Clear();
                value = editor.Commit();
            };
        }

        private ValueGetter<VBuffer<float>> MakeOneHot(ValueGetter<ReadOnlyMemory<char>> text)
        {
            const int Width = Alphabet.ResidueCount;
            int length = parent.Options.Length;
            SequenceEnds keep = parent.Options.Keep;
            var tokens = new byte[length];
            ReadOnlyMemory<char> sequence = default;
            return (ref VBuffer<float> value) =>
            {
                text(ref sequence);
                int count = Encode(sequence, keep, tokens);
                ReadOnlySpan<float> table = Alphabet.OneHotTable;
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, length * Width, CountNonZero(tokens.AsSpan(0, count)));
                Span<int> indices = editor.Indices;
                Span<float> values = editor.Values;
                int next = 0;
                for (int i = 0; i < count; i++)
                {
                    // The twenty residues, nearly all there is, have one channel each.
                    if (tokens[i] <= Width)
                    {
                        indices[next] = i * Width + tokens[i] - 1;
                        values[next++] = 1;
                        continue;
                    }

                    ReadOnlySpan<float> channels = table.Slice(tokens[i] * Width, Width);
                    for (int channel = 0; channel < Width; channel++)
                    {
                        if (channels[channel] == 0)
                            continue;
                        indices[next] = i * Width + channel;
                        values[next++] = channels[channel];
                    }
                }

                value = editor.Commit();
            };
        }

        private static int CountNonZero(ReadOnlySpan<byte> tokens)
        {
            int count = tokens.Length;
            foreach (byte token in tokens)
            {
                if (token > Alphabet.ResidueCount)
                    count += token == Alphabet.Unknown ? Alphabet.ResidueCount - 1 : 1;
            }

            return count;
        }

        private int Encode(ReadOnlyMemory<char> sequence, SequenceEnds keep, Span<byte> tokens)
        {
            try
            {
                return SequenceTokens.Encode(sequence.Span, keep, tokens);
            }
            catch (InvalidDataException error)
            {
                throw new InvalidDataException($"Column '{parent.Options.InputColumnName}': {error.Message}", error);
            }
        }
    }
}
