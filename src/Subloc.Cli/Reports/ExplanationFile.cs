using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Microsoft.ML;
using Subloc.Cli.Commands;
using Subloc.Cli.Data;
using Subloc.Cli.Failures;
using Subloc.Cli.Files;
using Subloc.MLNet;
using Subloc.MLNet.Explanation;
using Subloc.MLNet.Motifs;

namespace Subloc.Cli.Reports;

/// <summary>Writes explanations, a protein at a time: as JSON where the file's name ends so, else as CSV.</summary>
internal sealed class ExplanationFile
{
    private readonly ExplanationMethod _method;
    private readonly OutputFile _file;

    /// <param name="name">The file.</param>
    /// <param name="method">How to explain.</param>
    /// <exception cref="RequestException">It cannot be written.</exception>
    public ExplanationFile(string name, ExplanationMethod method)
    {
        (Name, _method) = (name, method);
        _file = OutputFile.Prepare(name);
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>Explains all proteins of a source.</summary>
    /// <exception cref="RequestException">The model does not read sequences alone.</exception>
    public void Write(MLContext context, LoadedModel model, ProteinSource source, Session session)
    {
        CheckReadsSequences(model, "--explain");
        long start = Stopwatch.GetTimestamp();
        var options = new ExplanationOptions { Method = _method, CancellationToken = session.Cancellation };
        int count = 0;
        ExplanationMethod method = _method;
        IEnumerable<ProteinExplanation> explanations = model.Pipeline.Explain(context, source.View, options).Select(explanation =>
        {
            (count, method) = (count + 1, explanation.Method);
            return explanation;
        });
        _file.Write(stream =>
        {
            if (Path.GetExtension(Name).Equals(".json", StringComparison.OrdinalIgnoreCase))
                WriteJson(stream, explanations);
            else
                WriteCsv(stream, explanations);
        });
        session.Terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"{Name}: {count} proteins explained by {NameOf(method)} in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s."));
    }

    /// <summary>Checks that a model needs nothing but sequences.</summary>
    /// <param name="model">The model.</param>
    /// <param name="what">What needs such a model.</param>
    /// <exception cref="RequestException">It does not read sequences.</exception>
    public static void CheckReadsSequences(LoadedModel model, string what)
    {
        if (model.Description.Reads != ModelReads.Sequences)
            throw new RequestException($"{model.Path}: the model reads {(model.Description.Reads == ModelReads.Embeddings ? "embeddings" : "profiles")}; {what} needs one that reads sequences.");
    }

    private static string NameOf(ExplanationMethod method) => method switch
    {
        ExplanationMethod.IntegratedGradients => "integrated gradients",
        ExplanationMethod.Attention => "attention",
        _ => "occlusion",
    };

    private static void WriteCsv(Stream stream, IEnumerable<ProteinExplanation> explanations)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
        using CsvWriter csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader(["id", "position", "residue", "importance", "class", "motifs"]);
        foreach (ProteinExplanation explanation in explanations)
        {
            for (int i = 0; i < explanation.Importance.Count; i++)
            {
                csv.WriteField(explanation.Id);
                csv.WriteField(i + 1);
                csv.WriteField(explanation.Sequence.AsSpan(i, 1));
                csv.WriteField(explanation.Importance[i]);
                csv.WriteField(explanation.ExplainedClass);
                csv.WriteField(MotifsAt(explanation.Motifs, i + 1));
                csv.EndRecord();
            }
        }
    }

    private static string MotifsAt(IReadOnlyList<ProteinMotif> motifs, int position)
    {
        string names = "";
        foreach (ProteinMotif motif in motifs)
        {
            if (position >= motif.Start && position <= motif.End)
                names = names.Length == 0 ? motif.Name : $"{names}|{motif.Name}";
        }

        return names;
    }

    private static void WriteJson(Stream stream, IEnumerable<ProteinExplanation> explanations)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        foreach (ProteinExplanation explanation in explanations)
        {
            ProteinPrediction prediction = explanation.Prediction;
            json.WriteStartObject();
            json.WriteString("id", explanation.Id);
            json.WriteString("sequence", explanation.Sequence);
            json.WriteString("predicted", prediction.PredictedLabel);
            json.WriteNumber("probability", prediction.Probability);
            json.WriteString("method", NameOf(explanation.Method));
            json.WriteString("class", explanation.ExplainedClass);
            if (explanation.ScoreDifference is { } difference)
                json.WriteNumber("scoreDifference", difference);
            json.WriteStartArray("importance");
            foreach (float importance in explanation.Importance)
                json.WriteNumberValue(importance);
            json.WriteEndArray();
            json.WriteStartArray("motifs");
            foreach (ProteinMotif motif in explanation.Motifs)
            {
                json.WriteStartObject();
                json.WriteString("rule", motif.Name);
                json.WriteNumber("start", motif.Start);
                json.WriteNumber("end", motif.End);
                json.WriteString("reason", motif.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
        }

        json.WriteEndArray();
    }
}
