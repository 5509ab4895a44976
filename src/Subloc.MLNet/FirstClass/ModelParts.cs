using System.Security.Cryptography;
using Microsoft.ML;

namespace Subloc.MLNet.FirstClass;

/// <summary>Parts of a saved model that stand in files of their own beside ML.NET's stream.</summary>
internal static class ModelParts
{
    /// <summary>Reads a part.</summary>
    /// <param name="ctx">Where the model is loaded from.</param>
    /// <param name="name">Name of the part.</param>
    /// <param name="largest">Bytes that it may have; more are not read.</param>
    /// <exception cref="InvalidDataException">The model lacks the part, or the part is larger.</exception>
    public static byte[] Read(ModelLoadContext ctx, string name, int largest)
    {
        byte[]? content = null;
        if (!ctx.TryLoadBinaryStream(name, reader => content = ReadStream(reader.BaseStream, name, largest)))
            throw new InvalidDataException($"The model lacks its part '{name}'; save the model again or use another copy.");

        return content!;
    }

    /// <summary>SHA-256, in lower-case hexadecimal digits.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Reads a part to its end.</summary>
    /// <param name="stream">The part.</param>
    /// <param name="name">Name of the part.</param>
    /// <param name="largest">Bytes that it may have; more are not read.</param>
    /// <exception cref="InvalidDataException">The part is larger.</exception>
    public static byte[] ReadStream(Stream stream, string name, int largest)
    {
        using var buffer = new MemoryStream();
        var block = new byte[1 << 16];
        for (int count; (count = stream.Read(block)) > 0;)
        {
            if (buffer.Length + count > largest)
                throw new InvalidDataException($"The model's part '{name}' is larger than {largest} bytes.");
            buffer.Write(block, 0, count);
        }

        return buffer.ToArray();
    }
}
