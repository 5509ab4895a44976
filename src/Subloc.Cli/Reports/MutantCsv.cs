using CsvHelper;
using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Explanation;

namespace Subloc.Cli.Reports;

/// <summary>Writes what substitutions do to predictions as CSV, a protein at a time.</summary>
/// <param name="context">The context.</param>
/// <param name="model">A model that reads sequences.</param>
/// <param name="mutants">Mutants to compare; where there is none, all single substitutions are tried.</param>
/// <param name="options">Which of these are tried and told.</param>
internal sealed class MutantCsv(MLContext context, ITransformer model, Substitution[][] mutants, SubstitutionScanOptions options)
{
    /// <summary>Proteins read.</summary>
    public int Proteins { get; private set; }

    /// <summary>Mutants predicted.</summary>
    public long Scored { get; private set; }

    /// <summary>Mutants that another compartment is predicted for.</summary>
    public long ClassChanges { get; private set; }

    /// <summary>Writes the heading and the mutants of all proteins.</summary>
    public void Write(TextWriter writer, IDataView proteins)
    {
        using CsvWriter csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader(["id", "mutant", "predicted", "wild_type", "probability", "change"]);
        DataViewSchema.Column id = proteins.Schema[ColumnNames.Id], sequence = proteins.Schema[ColumnNames.Sequence];
        using DataViewRowCursor cursor = proteins.GetRowCursor([id, sequence]);
        ValueGetter<ReadOnlyMemory<char>> readId = cursor.GetGetter<ReadOnlyMemory<char>>(id);
        ValueGetter<ReadOnlyMemory<char>> readSequence = cursor.GetGetter<ReadOnlyMemory<char>>(sequence);
        ReadOnlyMemory<char> name = default, residues = default;
        while (cursor.MoveNext())
        {
            readId(ref name);
            readSequence(ref residues);
            Proteins++;
            if (mutants.Length == 0)
                Scan(csv, name.Span, residues.ToString());
            else
                Compare(csv, name.Span, residues.ToString());
        }
    }

    private void Scan(CsvWriter csv, ReadOnlySpan<char> id, string sequence)
    {
        SubstitutionScan scan = model.ScanSubstitutions(context, sequence, options);
        Scored += scan.Scored;
        ClassChanges += scan.ClassChanges;
        foreach (SubstitutionEffect effect in scan.Effects)
            WriteRow(csv, id, effect.Substitution.ToString(), effect.PredictedLabel, scan.WildType.PredictedLabel, effect.Probability, effect.Change);
    }

    private void Compare(CsvWriter csv, ReadOnlySpan<char> id, string sequence)
    {
        foreach (Substitution[] mutant in mutants)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            VariantComparison compared = model.CompareVariants(context, sequence, mutant);
            Scored++;
            ClassChanges += compared.IsClassChanged ? 1 : 0;
            string wildType = compared.WildType.PredictedLabel;
            WriteRow(csv, id, string.Join('+', mutant), compared.Mutant.PredictedLabel, wildType, compared.WildType.Probability + compared.Change, compared.Change);
        }
    }

    private static void WriteRow(CsvWriter csv, ReadOnlySpan<char> id, string mutant, string predicted, string wildType, float probability, float change)
    {
        csv.WriteField(id);
        csv.WriteField(mutant);
        csv.WriteField(predicted);
        csv.WriteField(wildType);
        csv.WriteField(probability);
        csv.WriteField(change);
        csv.EndRecord();
    }
}
