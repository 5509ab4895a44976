using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Subloc.MLNet.Data;

/// <summary>Type and shape of an array in NumPy's format.</summary>
/// <param name="Element">Kind of its numbers.</param>
/// <param name="Shape">Extent of each axis, rows first.</param>
/// <param name="Length">Bytes that the header takes.</param>
internal sealed partial record NpyHeader(NpyElement Element, IReadOnlyList<long> Shape, int Length)
{
    // A row of more values than this is no protein; the bound is checked before memory is taken.
    private const long MaxRowValues = 1 << 26;
    private const int MaxHeaderBytes = 1 << 16;

    public int ElementSize => Element switch
    {
        NpyElement.Float16 => 2,
        NpyElement.Float64 or NpyElement.Int64 => 8,
        _ => 4,
    };

    public bool IsFloat => Element is NpyElement.Float16 or NpyElement.Float32 or NpyElement.Float64;

    public long Rows => Shape[0];

    /// <summary>Values in one row.</summary>
    public int RowLength => (int)Shape.Skip(1).Aggregate(1L, (product, extent) => product * extent);

    public string ShapeText => $"({string.Join(", ", Shape)})";

    /// <summary>Reads the header and leaves the stream at the first value.</summary>
    /// <exception cref="InvalidDataException">It is no such header, or one of a kind that is not read here.</exception>
    /// <exception cref="EndOfStreamException">The data end within the header.</exception>
    public static NpyHeader Read(Stream stream, string where)
    {
        var start = new byte[12];
        stream.ReadExactly(start, 0, 10);
        if (!start.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']))
            throw new InvalidDataException($"{where}: this is no NumPy array; "
                + "expected one written by numpy.savez or numpy.savez_compressed.");

        int prefix = start[6] == 1 ? 10 : 12;
        if (prefix == 12)
            stream.ReadExactly(start, 10, 2);

        long length = prefix == 10
            ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))
            : BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        if (start[6] is < 1 or > 3 || length > MaxHeaderBytes)
            throw new InvalidDataException($"{where}: the array header has version {start[6]} and {length} bytes; "
                + "save the array anew with numpy.savez.");

        var text = new byte[length];
        stream.ReadExactly(text);
        return Parse(Encoding.Latin1.GetString(text), prefix + text.Length, where);
    }

    private static NpyHeader Parse(string text, int length, string where)
    {
        Match descr = DescrPattern().Match(text);
        Match order = OrderPattern().Match(text);
        Match shape = ShapePattern().Match(text);
        if (!order.Success || !shape.Success)
            throw new InvalidDataException($"{where}: the array header cannot be read; save the array anew with numpy.savez.");

        NpyElement element = (descr.Success ? descr.Groups[1].Value : "a structure") switch
        {
            "<f2" => NpyElement.Float16,
            "<f4" => NpyElement.Float32,
            "<f8" => NpyElement.Float64,
            "<i4" => NpyElement.Int32,
            "<i8" => NpyElement.Int64,
            string other => throw new InvalidDataException(
                $"{where}: the array holds values of type '{other}'; "
                + "expected <f2, <f4, <f8, <i4 or <i8, so convert it with astype and save it anew."),
        };
        long[] extents = ParseShape(shape.Groups[1].Value, where);
        if (order.Groups[1].Value == "True" && extents.Length > 1)
            throw new InvalidDataException($"{where}: the array is stored in Fortran order; "
                + "expected C order, so save numpy.ascontiguousarray of it.");

        return new NpyHeader(element, extents, length);
    }

    private static long[] ParseShape(string text, string where)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var shape = new long[parts.Length];
        long rowValues = 1;
        for (int axis = 0; axis < parts.Length; axis++)
        {
            bool isNumber = long.TryParse(parts[axis], NumberStyles.None, CultureInfo.InvariantCulture, out shape[axis]);
            if (isNumber && axis > 0 && shape[axis] <= MaxRowValues)
                rowValues *= shape[axis];
            if (!isNumber || shape[axis] > (axis == 0 ? int.MaxValue : MaxRowValues) || rowValues > MaxRowValues)
                throw new InvalidDataException($"{where}: the array has the shape ({text}); expected at most {MaxRowValues} values a row.");
        }

        return shape;
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex DescrPattern();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();
}
