using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Families;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Persistence;

/// <summary>Writes and reads trained networks inside ML.NET's model files.</summary>
/// <remarks>
/// Beside ML.NET's own stream stand <c>manifest.json</c>, <c>weights.safetensors</c> and, where there are families, <c>families.bin</c>. The
/// stream holds the manifest's hash and the manifest holds the hashes of the others, so that damage anywhere is found before a network is built.
/// </remarks>
internal static class ModelStore
{
    private const string ManifestFile = "manifest.json";
    private const string WeightsFile = "weights.safetensors";
    private const string FamiliesFile = "families.bin";
    private const int LargestManifest = 64 << 20;
    private const int LargestHeader = 16 << 20;

    /// <summary>Writes a model.</summary>
    public static void Save(ModelSaveContext ctx, ProteinNetworkModel model)
    {
        using var weights = new MemoryStream();
        model.ReadWeights(tensors => SafeTensors.Write(weights, tensors));
        weights.TryGetBuffer(out ArraySegment<byte> bytes);
        byte[]? families = model.Families is null ? null : FamilyFile.Write(model.Families);
        ModelManifest manifest = model.Manifest with { WeightsHash = ModelParts.Hash(bytes), FamiliesHash = families is null ? model.Manifest.FamiliesHash : ModelParts.Hash(families) };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Options);

        ctx.SaveNonEmptyString(ModelParts.Hash(json));
        ctx.SaveBinaryStream(ManifestFile, writer => writer.Write(json));
        ctx.SaveBinaryStream(WeightsFile, writer => writer.Write(bytes.Array!, bytes.Offset, bytes.Count));
        if (families is not null)
            ctx.SaveBinaryStream(FamiliesFile, writer => writer.Write(families));
    }

    /// <summary>Reads a model onto the CPU.</summary>
    /// <exception cref="InvalidDataException">The model is damaged, newer than this version, or uses an unknown network.</exception>
    public static ProteinNetworkModel Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        string hash = ctx.LoadNonEmptyString();
        byte[] json = ModelParts.Read(ctx, ManifestFile, LargestManifest);
        if (ModelParts.Hash(json) != hash)
            throw new InvalidDataException("The model's manifest was changed or damaged; save the model again or use another copy.");

        ModelManifest manifest = ReadManifest(json);
        NetworkConfig config = NetworkKinds.Read(env, manifest.Network, manifest.Config);
        (NetworkShape shape, long? count) = CheckSizes(manifest, config);
        byte[] weights = ModelParts.Read(ctx, WeightsFile, count is { } known ? (int)Math.Min(known * sizeof(float) + LargestHeader, int.MaxValue) : int.MaxValue);
        if (ModelParts.Hash(weights) != manifest.WeightsHash)
            throw new InvalidDataException("The model's weights were changed or damaged; save the model again or use another copy.");
        if (count * sizeof(float) > weights.Length)
            throw new InvalidDataException("The model describes a larger network than its weights fill; save the model again or use another copy.");

        ProteinFamilies? families = ReadFamilies(ctx, manifest);
        LibTorch.Start();
        LocalizationNetwork network = Build(manifest, config, shape);
        SafeTensors.Read(weights, network.state_dict());
        network.eval();
        return new ProteinNetworkModel(manifest, config, network, CPU, families);
    }

    private static ProteinFamilies? ReadFamilies(ModelLoadContext ctx, ModelManifest manifest)
    {
        if (manifest.FamiliesHash is null)
            return null;

        if (!manifest.Tokens)
            throw new InvalidDataException("The model describes families beside a network that does not read residues; save the model again or use another copy.");
        byte[] content = ModelParts.Read(ctx, FamiliesFile, FamilyFile.LargestContent);
        return ModelParts.Hash(content) == manifest.FamiliesHash
            ? FamilyFile.Read(content, manifest.ClassNames.Count)
            : throw new InvalidDataException("The model's families were changed or damaged; save the model again or use another copy.");
    }

    // A damaged or malicious manifest must not make this process take more memory than the file itself justifies.
    private static (NetworkShape Shape, long? Count) CheckSizes(ModelManifest manifest, NetworkConfig config)
    {
        bool isEmbedding = manifest.Tokens && manifest.Input == ResidueInput.Embedding;
        int expected = isEmbedding ? manifest.EmbeddingSize : Alphabet.ResidueCount;
        if (manifest.Tokens && (manifest.Channels != expected || expected > ProteinNetworkOptions.LargestEmbedding))
            throw new InvalidDataException($"The model describes {manifest.Channels} channels, which its residue input does not give; save the model again or use another copy.");

        try
        {
            NetworkShape shape = new NetworkShape(manifest.Channels, manifest.Length, manifest.ClassNames.Count).Validate();
            long? count = config.CountWeights(shape) + (isEmbedding ? (Alphabet.TokenCount + 1L) * expected : 0);
            return count is null or (>= 0 and < int.MaxValue / sizeof(float))
                ? (shape, count)
                : throw new InvalidDataException($"The model describes a network of {count} weights, which a model file cannot hold.");
        }
        catch (OverflowException error)
        {
            throw new InvalidDataException("The model describes a network of more weights than a model file can hold.", error);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"The model describes a network that cannot be built: {error.Message}", error);
        }
    }

    private static LocalizationNetwork Build(ModelManifest manifest, NetworkConfig config, NetworkShape shape)
    {
        try
        {
            return new LocalizationNetwork(manifest.Tokens ? new ResidueChannels(manifest.Input, manifest.EmbeddingSize) : null, config.BuildChecked(shape));
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"The model describes a network that cannot be built: {error.Message}", error);
        }
    }

    private static ModelManifest ReadManifest(byte[] json)
    {
        ModelManifest manifest;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            int format = document.RootElement.GetProperty("format").GetInt32();
            if (format > ModelManifest.CurrentFormat)
                throw new InvalidDataException($"The model has format {format}, this version reads {ModelManifest.CurrentFormat}; install a newer version.");
            if (format < ModelManifest.CurrentFormat)
                throw new InvalidDataException($"The model has format {format} of an earlier version, this version reads {ModelManifest.CurrentFormat}; train it again with this version.");
            manifest = document.Deserialize<ModelManifest>(ManifestJson.Options)!;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The model's manifest cannot be read: {error.Message}", error);
        }

        if (manifest.Alphabet != Alphabet.Letters)
            throw new InvalidDataException($"The model reads the residue letters {manifest.Alphabet}, this version {Alphabet.Letters}; train it again with this version.");
        return manifest;
    }
}
