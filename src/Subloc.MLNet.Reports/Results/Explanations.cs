using System.Text.Json;

namespace Subloc.MLNet.Reports.Results;

/// <summary>Reads the explanations that <c>subloc predict --explain-output FILE.json</c> writes.</summary>
public static class Explanations
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Reads explanations.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="InvalidDataException">It holds no explanations, or is damaged.</exception>
    public static IReadOnlyList<ExplainedProtein> Parse(string json, string name)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            Written[] all = JsonSerializer.Deserialize<Written[]>(json, _options) ?? [];
            return [.. all.Select(one => Read(one, name))];
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{name}: the explanations cannot be read; write them with 'subloc predict --explain-output FILE.json' ({error.Message.TrimEnd('.')}).", error);
        }
    }

    private static ExplainedProtein Read(Written one, string name)
    {
        int residues = one.Sequence.Length;
        if (one.Importance.Length != residues)
            throw new InvalidDataException($"{name}: protein {one.Id} has {residues} residues, but {one.Importance.Length} values of importance.");
        if (!one.Importance.All(double.IsFinite) || !double.IsFinite(one.Probability))
            throw new InvalidDataException($"{name}: protein {one.Id} has values that are no numbers.");
        if (one.Motifs.FirstOrDefault(motif => motif.Start < 1 || motif.End < motif.Start || motif.End > residues) is { } wrong)
            throw new InvalidDataException($"{name}: protein {one.Id} has {residues} residues, but a motif from {wrong.Start} to {wrong.End}.");
        return new ExplainedProtein
        {
            Id = one.Id,
            Sequence = one.Sequence,
            Class = one.Class,
            Probability = one.Probability,
            Method = one.Method,
            Importance = one.Importance,
            Motifs = one.Motifs,
        };
    }

    private sealed record Written(string Id, string Sequence, double Probability, string Method, string Class, double[] Importance, SequenceSpan[] Motifs);
}
