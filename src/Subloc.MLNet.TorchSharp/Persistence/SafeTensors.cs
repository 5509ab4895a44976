using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Persistence;

/// <summary>Writes and reads named tensors in the safetensors layout.</summary>
/// <remarks>
/// Eight bytes with the header's length (little-endian), a JSON header that gives type, shape and byte range of every tensor,
/// then the values, row-major and little-endian, without gaps. Nothing in such a file is executed.
/// See https://github.com/huggingface/safetensors.
/// </remarks>
internal static class SafeTensors
{
    private const int LargestHeader = 16 << 20;
    private const string Metadata = "__metadata__";

    /// <summary>Writes tensors, in the order of their names.</summary>
    public static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var names = tensors.Keys.Order(StringComparer.Ordinal).ToList();
        byte[] header = MakeHeader(names, tensors);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (string name in names)
        {
            using Tensor values = tensors[name].detach().cpu().contiguous();
            stream.Write(values.bytes);
        }
    }

    /// <summary>Reads values into existing tensors; the file must hold exactly these names, types and shapes.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another network.</exception>
    public static void Read(ReadOnlySpan<byte> file, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using JsonDocument header = ReadHeader(file, out int start);
        var entries = header.RootElement.EnumerateObject().Where(entry => entry.Name != Metadata).ToDictionary(entry => entry.Name, entry => entry.Value);
        if (entries.Count != tensors.Count)
            throw new InvalidDataException($"The weights hold {entries.Count} tensors, the network needs {tensors.Count}.");

        ReadOnlySpan<byte> values = file[start..];
        using var noGradient = no_grad();
        foreach ((string name, Tensor tensor) in tensors)
        {
            if (!entries.TryGetValue(name, out JsonElement entry))
                throw new InvalidDataException($"The weights lack the tensor '{name}'.");

            (long from, long to) = CheckEntry(name, entry, tensor, values.Length);
            using Tensor copy = empty(tensor.shape, tensor.dtype);
            values[(int)from..(int)to].CopyTo(copy.bytes);
            tensor.copy_(copy);
        }
    }

    private static byte[] MakeHeader(List<string> names, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            long offset = 0;
            json.WriteStartObject();
            foreach (string name in names)
            {
                Tensor tensor = tensors[name];
                long end = offset + tensor.numel() * tensor.element_size();
                json.WriteStartObject(name);
                json.WriteString("dtype", TypeName(tensor.dtype));
                WriteNumbers(json, "shape", tensor.shape);
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        // The values begin at a multiple of eight; spaces after the JSON are allowed for that.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');

        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static JsonDocument ReadHeader(ReadOnlySpan<byte> file, out int start)
    {
        long length = file.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(file);
        if (length < 2 || length > LargestHeader || length > file.Length - 8)
            throw new InvalidDataException("The weights are not in the safetensors layout, or are cut off.");

        start = 8 + (int)length;
        try
        {
            JsonDocument header = JsonDocument.Parse(file.Slice(8, (int)length).ToArray());
            if (header.RootElement.ValueKind == JsonValueKind.Object)
                return header;
            header.Dispose();
        }
        catch (JsonException)
        {
        }

        throw new InvalidDataException("The header of the weights is damaged.");
    }

    private static (long From, long To) CheckEntry(string name, JsonElement entry, Tensor tensor, int available)
    {
        try
        {
            string? type = entry.GetProperty("dtype").GetString();
            long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            long[] range = [.. entry.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
            if (type != TypeName(tensor.dtype) || !shape.AsSpan().SequenceEqual(tensor.shape))
                throw new InvalidDataException($"The tensor '{name}' is {type} [{string.Join(", ", shape)}], the network needs {TypeName(tensor.dtype)} [{string.Join(", ", tensor.shape)}].");
            if (range.Length == 2 && range[0] >= 0 && range[1] <= available && range[1] - range[0] == tensor.numel() * tensor.element_size())
                return (range[0], range[1]);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
        }

        throw new InvalidDataException($"The weights of the tensor '{name}' are cut off or damaged.");
    }

    private static string TypeName(ScalarType type) => type switch
    {
        ScalarType.Float32 => "F32",
        ScalarType.Float64 => "F64",
        ScalarType.BFloat16 => "BF16",
        ScalarType.Float16 => "F16",
        ScalarType.Int64 => "I64",
        ScalarType.Int32 => "I32",
        ScalarType.Byte => "U8",
        ScalarType.Bool => "BOOL",
        _ => throw new NotSupportedException($"Tensors of type {type} are not stored."),
    };
}
