using System.IO.Compression;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Families;

/// <summary>Writes and reads families.</summary>
/// <remarks>
/// Little-endian: format (byte), how they speak (three doubles), number of compartments and of families (Int32), shares of all proteins (Single), lengths
/// (7-bit Int32), shares of the families (bytes), kinds of all residues, two in a byte, the first one in its lower half.
/// </remarks>
internal static class FamilyFile
{
    /// <summary>Bytes that a file has at most.</summary>
    public const int LargestContent = 1 << 27;

    private const byte Format = 1;
    private const int LargestExpansion = 16;
    private const string Damaged = "The model's families are cut off or damaged; save the model again or use another copy.";

    /// <summary>The content of a file as text: compressed (Brotli), in base64.</summary>
    public static string WriteText(ProteinFamilies families)
    {
        var text = new MemoryStream();
        using (var compressed = new BrotliStream(text, CompressionLevel.SmallestSize))
            compressed.Write(Write(families));
        return Convert.ToBase64String(text.ToArray());
    }

    /// <summary>Reads families from text.</summary>
    /// <param name="text">The content of a file as text.</param>
    /// <param name="classes">Compartments of the model.</param>
    /// <exception cref="InvalidDataException">It is damaged, of a newer version, or of a model with other compartments.</exception>
    public static ProteinFamilies ReadText(string text, int classes)
    {
        try
        {
            using var compressed = new BrotliStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
            return Read(ModelParts.ReadStream(compressed, "families", (int)Math.Min(LargestContent, (long)LargestExpansion * text.Length)), classes);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw new InvalidDataException(Damaged, error);
        }
    }

    /// <summary>The content of a file.</summary>
    public static byte[] Write(ProteinFamilies families)
    {
        var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(Format);
        writer.Write(families.Options.LeastBits);
        writer.Write(families.Options.Prior);
        writer.Write(families.Options.Weight);
        writer.Write(families.SharesOfAll.Length);
        writer.Write(families.Count);
        foreach (float share in families.SharesOfAll)
            writer.Write(share);
        for (int i = 0; i < families.Count; i++)
            writer.Write7BitEncodedInt(families.Kept.KindsOf(i).Length);
        writer.Write(families.Shares);
        byte? half = null;
        for (int i = 0; i < families.Count; i++)
        {
            foreach (byte kind in families.Kept.KindsOf(i))
            {
                if (half is { } first)
                    writer.Write((byte)(first | (kind << 4)));
                half = half is null ? kind : null;
            }
        }

        if (half is { } last)
            writer.Write(last);
        writer.Flush();
        return content.ToArray();
    }

    /// <summary>Reads families.</summary>
    /// <param name="content">The content of a file.</param>
    /// <param name="classes">Compartments of the model.</param>
    /// <exception cref="InvalidDataException">It is damaged, of a newer version, or of a model with other compartments.</exception>
    public static ProteinFamilies Read(byte[] content, int classes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(content));
            byte format = reader.ReadByte();
            if (format != Format)
                throw new InvalidDataException($"The model's families have format {format}, this version reads {Format}; use the version that saved the model, or train it again.");

            var options = new FamilyOptions { LeastBits = reader.ReadDouble(), Prior = reader.ReadDouble(), Weight = reader.ReadDouble() };
            (int width, int count) = (reader.ReadInt32(), reader.ReadInt32());
            if (width != classes || count < 1 || (long)count * (classes + 1) > content.Length)
                throw new InvalidDataException(Damaged);
            var all = new float[classes];
            for (int i = 0; i < classes; i++)
                all[i] = reader.ReadSingle();
            var lengths = new int[count];
            long residues = 0;
            for (int i = 0; i < count; i++)
            {
                lengths[i] = reader.Read7BitEncodedInt();
                residues += lengths[i] > 0 ? lengths[i] : throw new InvalidDataException(Damaged);
            }

            byte[] shares = reader.ReadBytes(checked(count * classes));
            ReadOnlySpan<byte> pairs = content.AsSpan((int)reader.BaseStream.Position);
            if (pairs.Length != (residues + 1) / 2 || all.Any(share => !(share > 0 && share <= 1)))
                throw new InvalidDataException(Damaged);
            for (int i = 0; i < count; i++)
                if (!shares.AsSpan(i * classes, classes).ContainsAnyExcept((byte)0))
                    throw new InvalidDataException(Damaged);
            return new ProteinFamilies((options with { Count = count }).Validate(), Unpack(lengths, pairs), shares, all);
        }
        catch (Exception error) when (error is EndOfStreamException or FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException(Damaged, error);
        }
    }

    private static KindSequences Unpack(int[] lengths, ReadOnlySpan<byte> pairs)
    {
        var kept = new KindSequences(lengths);
        int place = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            foreach (ref byte kind in kept.KindsOf(i))
            {
                kind = (byte)(place % 2 == 0 ? pairs[place / 2] & 0xF : pairs[place / 2] >> 4);
                if (kind > ResidueKinds.Gap)
                    throw new InvalidDataException(Damaged);
                place++;
            }
        }

        return kept;
    }
}
