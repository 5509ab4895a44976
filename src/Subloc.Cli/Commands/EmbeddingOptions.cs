using System.CommandLine;
using Subloc.Cli.Data;
using Subloc.Cli.Failures;

namespace Subloc.Cli.Commands;

/// <summary>Options on where the embeddings of a protein language model come from.</summary>
internal sealed class EmbeddingOptions
{
    private readonly Option<string?> _file = new("--embeddings")
    {
        Description = "Embeddings computed elsewhere, HDF5 or NPZ, found by accession.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _languageModel = new("--language-model")
    {
        Description = "Protein language model as ONNX, ESM-2 or ProtBERT, which computes embeddings of the sequences.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _cache = new("--embedding-cache")
    {
        Description = "Folder in which computed embeddings are kept, so that no protein is computed twice.",
        HelpName = "DIR",
    };

    public EmbeddingOptions(Command command)
    {
        foreach (Option option in (Option[])[_file, _languageModel, _cache])
            command.Add(option);
    }

    /// <summary>The embeddings that were asked for, or only a cache of such; null if nothing was.</summary>
    /// <param name="request">The command line.</param>
    /// <param name="run">Threads.</param>
    /// <exception cref="RequestException">The options do not go together, or a file does not exist.</exception>
    public EmbeddingRequest? Read(ParseResult request, RunOptions run)
    {
        var embeddings = new EmbeddingRequest(request.GetValue(_file), request.GetValue(_languageModel), request.GetValue(_cache))
        {
            Threads = run.Threads(request),
        };
        if (embeddings.File is not null && embeddings.LanguageModel is not null)
            throw new RequestException("--embeddings and --language-model both say where embeddings come from; give one of them.");
        if (embeddings.File is not null && embeddings.Cache is not null)
            throw new RequestException("--embedding-cache goes with a language model, not with --embeddings, which are computed already.");
        if (embeddings.Cache is { } cache && (string.IsNullOrWhiteSpace(cache) || File.Exists(cache)))
            throw new RequestException($"--embedding-cache must be the name of a folder, but is '{cache}'.");
        foreach (string file in embeddings.Files)
            DataOptions.CheckFile(file);
        return embeddings is { File: null, LanguageModel: null, Cache: null } ? null : embeddings;
    }

    /// <summary>The embeddings to train on; null if none were asked for.</summary>
    /// <inheritdoc cref="Read"/>
    public EmbeddingRequest? ReadForTraining(ParseResult request, RunOptions run) => Read(request, run) switch
    {
        { File: null, LanguageModel: null } => throw new RequestException("--embedding-cache goes with --language-model, whose embeddings it keeps."),
        var embeddings => embeddings,
    };
}
