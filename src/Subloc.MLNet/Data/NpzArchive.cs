using System.IO.Compression;

namespace Subloc.MLNet.Data;

/// <summary>The arrays of a profile file: which entries they are and how large the profiles are.</summary>
/// <param name="File">The NPZ file.</param>
/// <param name="Profiles">Entry X*: profiles [N, L, channels].</param>
/// <param name="Labels">Entry y*: classes [N]; null where there is none.</param>
/// <param name="Mask">Entry mask*: 1 at residues [N, L]; null where there is none.</param>
/// <param name="Partitions">Entry partition*: homology partitions [N]; null where there is none.</param>
/// <param name="Rows">Number of proteins.</param>
/// <param name="Positions">Positions of a profile, L.</param>
/// <param name="Channels">Channels of a position.</param>
internal sealed record NpzArchive(
    InputFile File, string Profiles, string? Labels, string? Mask, string? Partitions, long Rows, int Positions, int Channels)
{
    /// <summary>Reads the headers of the arrays and checks that they belong together.</summary>
    /// <exception cref="InvalidDataException">An array is missing, damaged or has the wrong type or shape.</exception>
    public static NpzArchive Inspect(InputFile file, ProteinLoadOptions options)
    {
        string[] names = EntryNames(file);
        string profiles = FindEntry(file, names, "X") ?? throw Missing(file, names, "X", "the profiles");
        string? labels = FindEntry(file, names, "y");
        if (labels is null && options.RequireLabel)
            throw Missing(file, names, "y", "the labels");

        NpyHeader shape = HeaderOf(file, profiles, isFloat: true);
        if (shape.Shape.Count != 3 || shape.Shape.Contains(0))
            throw WrongShape(file, profiles, shape, "three axes (proteins, positions, channels), none of them empty");

        var archive = new NpzArchive(
            file, profiles, labels, FindEntry(file, names, "mask"),
            options.ReadPartition ? FindEntry(file, names, "partition") : null,
            shape.Rows, (int)shape.Shape[1], (int)shape.Shape[2]);
        archive.Check(archive.Labels, isFloat: false, archive.Rows);
        archive.Check(archive.Mask, isFloat: true, archive.Rows, archive.Positions);
        archive.Check(archive.Partitions, isFloat: false, archive.Rows);
        return archive;
    }

    /// <summary>Opens the zip archive; disposing it closes the file.</summary>
    public static ZipArchive Open(InputFile file)
    {
        Stream content = file.OpenSeekable();
        try
        {
            return new ZipArchive(content, ZipArchiveMode.Read);
        }
        catch (InvalidDataException damage)
        {
            content.Dispose();
            throw Damaged(file, damage);
        }
    }

    private static string[] EntryNames(InputFile file)
    {
        using ZipArchive archive = Open(file);
        try
        {
            return [.. archive.Entries.Select(entry => entry.FullName)];
        }
        catch (InvalidDataException damage)
        {
            throw Damaged(file, damage);
        }
    }

    private static string? FindEntry(InputFile file, string[] names, string key)
    {
        string[] found = [.. names.Where(name => name.StartsWith(key, StringComparison.Ordinal)
            && name.EndsWith(".npy", StringComparison.Ordinal) && !char.IsAsciiLetter(name[key.Length]))];
        return found.Length <= 1 ? found.FirstOrDefault() : throw new InvalidDataException(
            $"{file.Path}: several entries start with '{key}': {List(found)}; "
            + "expected one set of arrays a file, so save each set in its own.");
    }

    private static InvalidDataException Damaged(InputFile file, Exception cause) => new(
        $"{file.Path}: the zip archive is damaged or cut off; expected a complete NPZ file, so copy it again or save it anew.", cause);

    private static InvalidDataException Missing(InputFile file, string[] names, string key, string meaning) => new(
        $"{file.Path}: no entry holds {meaning}: expected one named {key} or {key}_*, found {List(names)}; save it under such a name.");

    private static InvalidDataException WrongShape(InputFile file, string entry, NpyHeader found, string expected) => new(
        $"{file.Path}, entry '{entry}': the array has the shape {found.ShapeText}; expected {expected}, so save it anew.");

    private static NpyHeader HeaderOf(InputFile file, string entry, bool isFloat)
    {
        using NpyRowReader reader = NpyRowReader.Open(file, entry);
        return reader.Header.IsFloat == isFloat ? reader.Header : throw new InvalidDataException(
            $"{file.Path}, entry '{entry}': the array holds {reader.Header.Element} values; expected "
            + $"{(isFloat ? "float16, float32 or float64" : "int32 or int64")}, so convert it with astype and save it anew.");
    }

    private static string List(string[] names) =>
        names.Length == 0 ? "no entry at all" : string.Join(", ", names.Select(name => $"'{name}'"));

    private void Check(string? entry, bool isFloat, params long[] expected)
    {
        if (entry is null)
            return;

        NpyHeader found = HeaderOf(File, entry, isFloat);
        if (!found.Shape.SequenceEqual(expected))
            throw WrongShape(File, entry, found, $"({string.Join(", ", expected)}) to go with '{Profiles}'");
    }
}
