using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>A protein language model in Hugging Face's layout, run by ONNX Runtime. Several threads may use it.</summary>
/// <remarks>Its memory is freed with the last transformer that refers to it.</remarks>
internal sealed class LanguageModel
{
    private const string Tokens = "input_ids";
    private const string Mask = "attention_mask";
    private const string Segments = "token_type_ids";
    private const string States = "last_hidden_state";
    private const string HowToExport = "export the model with optimum-cli export onnx --task feature-extraction";

    private readonly InferenceSession _session;
    private readonly bool _hasSegments;

    private LanguageModel(string name, string hash, byte[]? bytes, InferenceSession session, ResidueVocabulary vocabulary)
    {
        Name = name;
        Hash = hash;
        Bytes = bytes;
        Vocabulary = vocabulary;
        _session = session;
        _hasSegments = session.InputMetadata.ContainsKey(Segments);
        int width = session.OutputMetadata[States].Dimensions[2];
        Width = width > 0 ? width : MeasureWidth();
    }

    /// <summary>Its file, or what it is called in messages.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of the model file, and of the files of weights beside it.</summary>
    public string Hash { get; }

    /// <summary>The model file, where it is to be saved with the pipeline.</summary>
    public byte[]? Bytes { get; }

    /// <summary>Values of one residue's vector, H.</summary>
    public int Width { get; }

    /// <summary>The tokens that it reads.</summary>
    public ResidueVocabulary Vocabulary { get; }

    /// <summary>Opens a model file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Vocabulary, threads, and whether the bytes are kept.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or weights beside it are missing.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or no such model.</exception>
    public static LanguageModel Open(string path, ProteinEmbeddingOptions options)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such language model; check the name, or {HowToExport}.", path);

        OnnxScan scan;
        string hash;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16))
        {
            scan = Scan(file, path);
            hash = HashOf(file, path, scan);
        }

        if (!options.StoreModel)
            return Create(path, hash, null, scan, options, session => new InferenceSession(path, session));
        if (scan.ExternalFiles.Count > 0 || new FileInfo(path).Length > Array.MaxLength)
            throw new InvalidDataException($"{path}: the model's weights lie in other files or take 2 GiB or more, so it cannot be stored in a pipeline; set StoreModel to false.");
        byte[] bytes = File.ReadAllBytes(path);
        return Create(path, hash, bytes, scan, options, session => new InferenceSession(bytes, session));
    }

    /// <summary>Opens a model that was stored in a pipeline.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static LanguageModel Open(byte[] bytes, ProteinEmbeddingOptions options)
    {
        const string Name = "The stored language model";
        using var file = new MemoryStream(bytes);
        OnnxScan scan = Scan(file, Name);
        return Create(Name, HashOf(file, Name, scan), bytes, scan, options, session => new InferenceSession(bytes, session));
    }

    /// <summary>Computes one batch.</summary>
    /// <param name="ids">Tokens [B, T].</param>
    /// <param name="mask">[B, T]; 1 on tokens, 0 on padding.</param>
    /// <param name="batch">B.</param>
    /// <param name="use">Receives the states [B, T, H].</param>
    /// <exception cref="InvalidOperationException">The model cannot compute the batch.</exception>
    public void Run(long[] ids, long[] mask, int batch, EmbeddingReader use)
    {
        int length = ids.Length / batch;
        long[] shape = [batch, length];
        using var tokens = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var attention = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using OrtValue? segments = _hasSegments ? OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape) : null;
        using var settings = new RunOptions();
        IReadOnlyCollection<string> names = segments is null ? [Tokens, Mask] : [Tokens, Mask, Segments];
        IReadOnlyCollection<OrtValue> values = segments is null ? [tokens, attention] : [tokens, attention, segments];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(settings, names, values, [States]);
            ReadOnlySpan<float> states = outputs[0].GetTensorDataAsSpan<float>();
            if (states.Length % ids.Length != 0 || Width != 0 && states.Length != (long)ids.Length * Width)
                throw new InvalidOperationException($"{Name}: the model gave {states.Length} values for {batch} proteins of {length} tokens; {HowToExport}.");
            use(states);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidOperationException(
                $"{Name}: the language model cannot compute {batch} proteins of {length} tokens; lower MaxResidues to what it reads at once, "
                + $"or BatchTokens where memory is short ({FirstLine(error)}).", error);
        }
    }

    private static LanguageModel Create(
        string name, string hash, byte[]? bytes, OnnxScan scan, ProteinEmbeddingOptions options, Func<SessionOptions, InferenceSession> start)
    {
        // Batches have many sizes, and a plan of memory is kept for each where plans are made.
        using var settings = new SessionOptions { EnableMemoryPattern = false };
        if (options.Threads > 0)
            settings.IntraOpNumThreads = options.Threads;
        InferenceSession session;
        try
        {
            session = start(settings);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"{name}: ONNX Runtime cannot read the language model ({FirstLine(error)}); copy it again, or {HowToExport}.", error);
        }

        try
        {
            CheckInputs(name, session);
            CheckOutput(name, session);
            return new LanguageModel(name, hash, bytes, session, ChooseVocabulary(name, scan, options));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static void CheckInputs(string name, InferenceSession session)
    {
        IReadOnlyDictionary<string, NodeMetadata> inputs = session.InputMetadata;
        if (!inputs.ContainsKey(Tokens) || !inputs.ContainsKey(Mask) || inputs.Keys.Any(input => input is not (Tokens or Mask or Segments)))
            throw new InvalidDataException($"{name}: the model has the inputs {string.Join(", ", inputs.Keys)}; expected {Tokens} and {Mask}, and {Segments} at most; {HowToExport}.");

        foreach ((string input, NodeMetadata type) in inputs)
        {
            if (type.ElementType != typeof(long) || type.Dimensions.Length != 2 || type.Dimensions.Any(extent => extent > 0))
                throw new InvalidDataException($"{name}: the input {input} is {Describe(type)}; expected Int64 [batch, tokens] of any size; {HowToExport}.");
        }
    }

    private static void CheckOutput(string name, InferenceSession session)
    {
        if (!session.OutputMetadata.TryGetValue(States, out NodeMetadata? type))
            throw new InvalidDataException($"{name}: the model has the outputs {string.Join(", ", session.OutputMetadata.Keys)}; expected {States}; {HowToExport}.");
        if (type.ElementType != typeof(float) || type.Dimensions.Length != 3)
            throw new InvalidDataException($"{name}: the output {States} is {Describe(type)}; expected Single [batch, tokens, width]; {HowToExport}.");
    }

    private static ResidueVocabulary ChooseVocabulary(string name, OnnxScan scan, ProteinEmbeddingOptions options)
    {
        ResidueVocabulary? chosen = options.Vocabulary switch
        {
            LanguageModelVocabulary.Esm2 => ResidueVocabulary.Esm2,
            LanguageModelVocabulary.ProtBert => ResidueVocabulary.ProtBert,
            _ => null,
        };
        if (chosen is not null)
        {
            return scan.TokenRows is null || scan.TokenRows == chosen.Size ? chosen : throw new InvalidDataException(
                $"{name}: the model has {scan.TokenRows} tokens, but the vocabulary {chosen.Kind} has {chosen.Size}; set Vocabulary to Auto or use another model.");
        }

        if (scan.TokenRows is not { } rows)
            throw new InvalidDataException($"{name}: the model does not tell its number of tokens; set Vocabulary to Esm2 or ProtBert.");
        return ResidueVocabulary.OfSize(rows) ?? throw new InvalidDataException(
            $"{name}: the model has {rows} tokens; known are {ResidueVocabulary.Esm2.Size} (ESM-2) and {ResidueVocabulary.ProtBert.Size} (ProtBERT), so use such a model.");
    }

    private static OnnxScan Scan(Stream file, string name)
    {
        try
        {
            return OnnxScan.Read(file, Tokens);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{name}: {error.Message} Copy it again, or {HowToExport}.", error);
        }
    }

    private static string HashOf(Stream file, string path, OnnxScan scan)
    {
        file.Position = 0;
        byte[] hash = SHA256.HashData(file);
        if (scan.ExternalFiles.Count == 0)
            return Convert.ToHexStringLower(hash);

        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(hash);
        foreach (string name in scan.ExternalFiles)
        {
            string beside = Path.Combine(Path.GetDirectoryName(path) ?? "", name);
            if (!File.Exists(beside))
                throw new FileNotFoundException($"{beside}: these weights of the language model {path} are missing; copy them beside it.", beside);
            using FileStream weights = File.OpenRead(beside);
            all.AppendData(SHA256.HashData(weights));
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static string Describe(NodeMetadata type) => $"{type.ElementType?.Name} [{string.Join(", ", type.Dimensions)}]";

    private static string FirstLine(OnnxRuntimeException error) => error.Message.Split('\n')[0].Trim();

    private int MeasureWidth()
    {
        int width = 0;
        Run([Vocabulary.Start, Vocabulary.End], [1, 1], 1, states => width = states.Length / 2);
        return width;
    }
}
