using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Transforms.Masking;

[assembly: LoadableClass(typeof(MaskIndicatorTransformer), null, typeof(SignatureLoadModel),
    "Sequence Mask Indicator", MaskIndicatorTransformer.LoaderSignature)]

namespace Subloc.MLNet.Transforms.Masking;

/// <summary>Gives the mask of an encoded protein; made by <see cref="MaskIndicatorEstimator"/> or loaded from a model.</summary>
public sealed class MaskIndicatorTransformer : RowTransformer
{
    internal const string LoaderSignature = "SequenceMaskIndicator";

    private readonly string _output;
    private readonly string _input;

    internal MaskIndicatorTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName)
        : base(env.Register(nameof(MaskIndicatorTransformer)))
    {
        _output = outputColumnName;
        _input = inputColumnName;
    }

    internal static void CheckInput(IExceptionContext context, SchemaShape.Column column)
    {
        if (!column.IsTokens() && !column.IsSingles())
            throw context.ExceptSchemaMismatch("inputSchema", "input", column.Name, "Vector<Key<Byte>> or Vector<Single> of known size", column.GetTypeString());
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema)
    {
        DataViewSchema.Column input = inputSchema.Find(Host, "input", _input);
        CheckInput(Host, input.ToShape());
        var type = (VectorDataViewType)input.Type;
        if (type.ItemType is not KeyDataViewType && type.Dimensions.Length != 2)
            throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", _input, "Vector<Single, L, D> with two dimensions", type.ToString()!);

        int length = type.Dimensions[0];
        var mask = new DataViewSchema.DetachedColumn(_output, new VectorDataViewType(NumberDataViewType.Single, length));
        return new Mapper(this, input, length, type.Size / length, mask);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(_output);
        ctx.SaveNonEmptyString(_input);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "SEQMASKI",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(MaskIndicatorTransformer).Assembly.FullName);

    private static MaskIndicatorTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new MaskIndicatorTransformer(env, ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
    }

    private sealed class Mapper(
        MaskIndicatorTransformer parent, DataViewSchema.Column input, int length, int width, DataViewSchema.DetachedColumn mask)
        : RowMapper(parent, [mask])
    {
        protected override IEnumerable<int> Inputs => [input.Index];

        public override Delegate[] CreateGetters(DataViewRow row, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            if (!activeOutput(0))
                return new Delegate[1];

            DataViewSchema.Column column = row.Schema[input.Index];
            return input.Type.GetItemType() is KeyDataViewType ? [MakeGetter<byte>(row, column)] : [MakeGetter<float>(row, column)];
        }

        private ValueGetter<VBuffer<float>> MakeGetter<T>(DataViewRow row, DataViewSchema.Column column)
            where T : struct, IEquatable<T>
        {
            ValueGetter<VBuffer<T>> features = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> value = default;
            return (ref VBuffer<float> mask) =>
            {
                features(ref value);
                VBufferEditor<float> editor = VBufferEditor.Create(ref mask, length);
                editor.Values.Clear();
                ReadOnlySpan<T> values = value.GetValues();
                ReadOnlySpan<int> indices = value.GetIndices();
                for (int i = 0; i < values.Length; i++)
                {
                    if (!values[i].Equals(default))
                        editor.Values[(value.IsDense ? i : indices[i]) / width] = 1;
                }

                mask = editor.Commit();
            };
        }
    }
}
