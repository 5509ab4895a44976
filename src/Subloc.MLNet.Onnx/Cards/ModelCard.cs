using System.Text.Json;
using Subloc.MLNet.Onnx.Export;

namespace Subloc.MLNet.Onnx.Cards;

/// <summary>What users should know of a model before they trust it: where it comes from, how often it is right, what it is not for.</summary>
/// <remarks>
/// Stored as JSON in an exported model's metadata under the name <c>subloc_card</c>. All results are of proteins that the scoring network
/// had not seen: the held-out folds of a cross-validation. After Mitchell et al., Model cards for model reporting, FAT* (2019), 220-229.
/// </remarks>
public sealed record ModelCard
{
    /// <summary>The format that this version writes and reads: 1.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Name of the entry in the model's metadata.</summary>
    public const string MetadataKey = "subloc_card";

    /// <summary>Compartments of a lower F1 are called weak.</summary>
    public const double WeakF1 = 0.5;

    /// <summary>Format of the card.</summary>
    public required int Format { get; init; }

    /// <summary>What the model is called.</summary>
    public required string Name { get; init; }

    /// <summary>What it predicts, and for whom.</summary>
    public required string Purpose { get; init; }

    /// <summary>The proteins that it was trained on.</summary>
    public required string Data { get; init; }

    /// <summary>Proteins of each fold of the cross-validation, by what was held out.</summary>
    public required IReadOnlyDictionary<string, int> Folds { get; init; }

    /// <summary>How network and results were made.</summary>
    public required string Method { get; init; }

    /// <summary>Metrics over the folds.</summary>
    public required IReadOnlyList<CardMetric> Metrics { get; init; }

    /// <summary>Results of each compartment, in the order of the scores.</summary>
    public required IReadOnlyList<CardClass> Classes { get; init; }

    /// <summary>Proteins of each true compartment (outer index) that were predicted as each compartment (inner index).</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix { get; init; }

    /// <summary>How far the probabilities can be believed; null where it was not measured.</summary>
    public required CardCalibration? Calibration { get; init; }

    /// <summary>How fast it is, and on what.</summary>
    public required string Speed { get; init; }

    /// <summary>What it must not be used for, and where it is weak by its making.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    /// <summary>Terms of the model, and of the data behind it.</summary>
    public required string Licence { get; init; }

    /// <summary>Compartments whose F1 is below <see cref="WeakF1"/>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<CardClass> WeakClasses => Classes.Where(one => one.F1 < WeakF1);

    /// <summary>Reads the card of an exported model.</summary>
    /// <param name="model">The content of the model's file.</param>
    /// <param name="name">What to call the model in messages.</param>
    /// <returns>The card; null where the model has none.</returns>
    /// <exception cref="InvalidDataException">It is not an exported model, or its card is damaged or was made by a newer version.</exception>
    public static ModelCard? Read(ReadOnlySpan<byte> model, string name) =>
        ModelReader.ReadMetadata(model, name, MetadataKey) is { } json ? Parse(json, name) : null;

    /// <summary>Reads a card.</summary>
    /// <param name="json">The card, as <see cref="ToJson"/> wrote it.</param>
    /// <param name="name">What to call the file or model in messages.</param>
    /// <exception cref="InvalidDataException">It is not a card, is damaged, or was made by a newer version.</exception>
    public static ModelCard Parse(string json, string name)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            ModelCard card = JsonSerializer.Deserialize<ModelCard>(json, ModelReader.Json)
                ?? throw new JsonException("it is empty");
            if (card.Format != CurrentFormat)
                throw new InvalidDataException($"{name}: the model card has format {card.Format}, this version reads {CurrentFormat}.");
            if (card.ConfusionMatrix.Count != card.Classes.Count || card.ConfusionMatrix.Any(row => row.Count != card.Classes.Count))
                throw new InvalidDataException($"{name}: the model card's confusion matrix does not have a row and a column for each of its {card.Classes.Count} compartments.");
            return card;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{name}: the model card cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>The card as JSON, indented for people who edit it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelReader.IndentedJson);

    /// <summary>The card as text in Markdown.</summary>
    public string ToMarkdown() => CardText.Markdown(this);

    /// <summary>The card in parts, for a display of your own.</summary>
    public IReadOnlyList<CardSection> ToSections() => CardText.Sections(this);

    /// <summary>Stores the card in a model.</summary>
    internal void WriteTo(OnnxGraph graph) => graph.Metadata[MetadataKey] = JsonSerializer.Serialize(this, ModelReader.Json);
}
