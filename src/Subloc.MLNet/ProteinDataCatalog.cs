using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Data;

namespace Subloc.MLNet;

/// <summary>Loads proteins: extension methods on <c>mlContext.Data</c>.</summary>
/// <remarks>
/// <para>
/// Every loader returns a lazy view: each pass opens the files anew and streams them, so they may be larger than memory. Files
/// compressed with gzip are decompressed. Several files are read one after the other as one set. A fault in a header is found
/// when the view is made, a fault in a record when a pass comes to it; both name the file, the line and what to do.
/// </para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and meaning</description></listheader>
/// <item><term>Id</term><description>Text: accession or other identifier.</description></item>
/// <item><term>Sequence</term><description>Text: residues in upper case (not from profiles).</description></item>
/// <item><term>Label</term><description>Text: compartment, empty where the file has none.</description></item>
/// <item><term>Partition</term><description>UInt32: homology partition, where all files have one.</description></item>
/// <item><term>Features, Mask</term><description>Vector of Single [L, channels] and [L], from profiles only.</description></item>
/// </list>
/// </remarks>
public static class ProteinDataCatalog
{
    /// <summary>Loads proteins from a file whose format is told by its content: FASTA, delimited text or NPZ profiles.</summary>
    /// <param name="catalog">The data operations of an ML.NET context.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <returns>A lazy view of the proteins.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is malformed.</exception>
    public static IDataView LoadProteins(this DataOperationsCatalog catalog, string path, ProteinLoadOptions? options = null) =>
        LoadProteins(catalog, [path], options);

    /// <summary>Loads proteins from several files whose formats are told by their content.</summary>
    /// <param name="catalog">The data operations of an ML.NET context.</param>
    /// <param name="paths">The files: sequences in any text format, or profiles only.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <returns>A lazy view of the proteins of all files.</returns>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="InvalidDataException">A file is malformed, or sequences are mixed with profiles.</exception>
    public static IDataView LoadProteins(
        this DataOperationsCatalog catalog, IReadOnlyList<string> paths, ProteinLoadOptions? options = null) =>
        Load(catalog, paths, options, file => file);

    /// <summary>Loads proteins from a FASTA file.</summary>
    /// <remarks>
    /// The identifier is the accession of a UniProt header, else the first word. Headers of the DeepLoc 1 set,
    /// <c>ACC Label-M</c>, give the label; other headers give an empty one.
    /// </remarks>
    /// <inheritdoc cref="LoadProteins(DataOperationsCatalog, string, ProteinLoadOptions?)"/>
    public static IDataView LoadFromFasta(this DataOperationsCatalog catalog, string path, ProteinLoadOptions? options = null) =>
        LoadFromFasta(catalog, [path], options);

    /// <summary>Loads proteins from several FASTA files.</summary>
    /// <inheritdoc cref="LoadProteins(DataOperationsCatalog, IReadOnlyList{string}, ProteinLoadOptions?)"/>
    public static IDataView LoadFromFasta(
        this DataOperationsCatalog catalog, IReadOnlyList<string> paths, ProteinLoadOptions? options = null) =>
        Load(catalog, paths, options, file => AsText(file, InputFormat.Fasta));

    /// <summary>Loads proteins from a comma, tab or semicolon separated file with a header line.</summary>
    /// <remarks>Labels of several compartments are joined by <c>|</c>. A partition is a whole number of at least 0.</remarks>
    /// <inheritdoc cref="LoadProteins(DataOperationsCatalog, string, ProteinLoadOptions?)"/>
    public static IDataView LoadFromProteinCsv(this DataOperationsCatalog catalog, string path, ProteinLoadOptions? options = null) =>
        LoadFromProteinCsv(catalog, [path], options);

    /// <summary>Loads proteins from several comma, tab or semicolon separated files.</summary>
    /// <inheritdoc cref="LoadProteins(DataOperationsCatalog, IReadOnlyList{string}, ProteinLoadOptions?)"/>
    public static IDataView LoadFromProteinCsv(
        this DataOperationsCatalog catalog, IReadOnlyList<string> paths, ProteinLoadOptions? options = null) =>
        Load(catalog, paths, options, file => AsText(file, InputFormat.Delimited));

    /// <summary>Loads sequence profiles from an NPZ file.</summary>
    /// <remarks>
    /// The arrays are X or X_* [N, L, channels] of float16, float32 or float64, and where present y or y_* [N] and partition* [N] of
    /// int32 or int64 and mask or mask_* [N, L] of the types of X. The identifier is the number of the row, the label the class number
    /// as text.
    /// </remarks>
    /// <inheritdoc cref="LoadProteins(DataOperationsCatalog, string, ProteinLoadOptions?)"/>
    public static IDataView LoadFromProfileNpz(this DataOperationsCatalog catalog, string path, ProteinLoadOptions? options = null) =>
        LoadFromProfileNpz(catalog, [path], options);

    /// <summary>Loads sequence profiles from several NPZ files of equal columns.</summary>
    /// <inheritdoc cref="LoadProteins(DataOperationsCatalog, IReadOnlyList{string}, ProteinLoadOptions?)"/>
    public static IDataView LoadFromProfileNpz(
        this DataOperationsCatalog catalog, IReadOnlyList<string> paths, ProteinLoadOptions? options = null) =>
        Load(catalog, paths, options, AsProfiles);

    private static IDataView Load(
        DataOperationsCatalog catalog, IReadOnlyList<string> paths, ProteinLoadOptions? options, Func<InputFile, InputFile> check)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0 || paths.Any(string.IsNullOrEmpty))
            throw new ArgumentException("Name at least one file, and no empty path.", nameof(paths));

        options = (options ?? new ProteinLoadOptions()).Validate();
        IHost host = catalog.GetEnvironment().Register("ProteinData");
        InputFile[] files = [.. paths.Select(path => check(InputFile.Detect(path)))];
        InputFile? profiles = Array.Find(files, file => file.Format == InputFormat.Npz);
        InputFile? sequences = Array.Find(files, file => file.Format != InputFormat.Npz);
        if (profiles is null)
            return SequenceDataView.Create(host, files, options);

        return sequences is null ? ProfileDataView.Create(host, files, options) : throw new InvalidDataException(
            $"{profiles.Path}: this file holds profiles, but {sequences.Path} holds sequences; load the two kinds apart.");
    }

    private static InputFile AsProfiles(InputFile file) => file.Format == InputFormat.Npz
        ? file
        : throw new InvalidDataException($"{file.Path}: this is text, not an NPZ file; "
            + "use LoadFromFasta, LoadFromProteinCsv or LoadProteins.");

    private static InputFile AsText(InputFile file, InputFormat format) => file.Format == InputFormat.Npz
        ? throw new InvalidDataException($"{file.Path}: this is a zip archive, not text; "
            + "use LoadFromProfileNpz for NPZ profiles, or unpack it.")
        : file with { Format = format };
}
