using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Transforms.Masking;

[assembly: LoadableClass(typeof(MaskApplyingTransformer), null, typeof(SignatureLoadModel),
    "Sequence Masking", MaskApplyingTransformer.LoaderSignature)]

namespace Subloc.MLNet.Transforms.Masking;

/// <summary>Applies a mask to channels; made by <see cref="MaskApplyingEstimator"/> or loaded from a model.</summary>
public sealed class MaskApplyingTransformer : RowTransformer
{
    internal const string LoaderSignature = "SequenceMasking";

    private readonly string _output;
    private readonly string _input;
    private readonly string _mask;

    internal MaskApplyingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, string maskColumnName)
        : base(env.Register(nameof(MaskApplyingTransformer)))
    {
        _output = outputColumnName;
        _input = inputColumnName;
        _mask = maskColumnName;
    }

    internal static void CheckInput(IExceptionContext context, SchemaShape.Column column)
    {
        if (!column.IsSingles())
            throw context.ExceptSchemaMismatch("inputSchema", "input", column.Name, "Vector<Single> of known size", column.GetTypeString());
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema)
    {
        DataViewSchema.Column input = inputSchema.Find(Host, "input", _input);
        CheckInput(Host, input.ToShape());
        DataViewSchema.Column mask = inputSchema.Find(Host, "mask", _mask);
        CheckInput(Host, mask.ToShape());
        var type = (VectorDataViewType)input.Type;
        int length = mask.Type.GetVectorSize();
        if (type.Dimensions[0] != length)
            throw Host.ExceptSchemaMismatch(nameof(inputSchema), "mask", _mask, $"Vector<Single, {type.Dimensions[0]}>, one value a position of '{_input}'", mask.Type.ToString()!);

        return new Mapper(this, input, mask, type.Size / length, new DataViewSchema.DetachedColumn(_output, type));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(_output);
        ctx.SaveNonEmptyString(_input);
        ctx.SaveNonEmptyString(_mask);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "SEQMASKA",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(MaskApplyingTransformer).Assembly.FullName);

    private static MaskApplyingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new MaskApplyingTransformer(env, ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
    }

    private sealed class Mapper(
        MaskApplyingTransformer parent, DataViewSchema.Column input, DataViewSchema.Column mask, int width, DataViewSchema.DetachedColumn output)
        : RowMapper(parent, [output])
    {
        protected override IEnumerable<int> Inputs => [input.Index, mask.Index];

        public override Delegate[] CreateGetters(DataViewRow row, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            if (!activeOutput(0))
                return new Delegate[1];

            ValueGetter<VBuffer<float>> features = row.GetGetter<VBuffer<float>>(row.Schema[input.Index]);
            ValueGetter<VBuffer<float>> masks = row.GetGetter<VBuffer<float>>(row.Schema[mask.Index]);
            VBuffer<float> maskValue = default;
            var factors = new float[mask.Type.GetVectorSize()];
            ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> value) =>
            {
                features(ref value);
                masks(ref maskValue);
                maskValue.CopyTo(factors);
                VBufferEditor<float> editor = VBufferEditor.CreateFromBuffer(ref value);
                if (value.IsDense)
                {
                    for (int i = 0; i < editor.Values.Length; i++)
                        editor.Values[i] *= factors[i / width];
                }
                else
                {
                    for (int i = 0; i < editor.Values.Length; i++)
                        editor.Values[i] *= factors[editor.Indices[i] / width];
                }
            };
            return [getter];
        }
    }
}
