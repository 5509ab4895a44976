using Microsoft.ML;
using Subloc.MLNet.Explanation;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet;

/// <summary>Explains the predictions of models that read sequences: extension methods on a model as fitted or loaded.</summary>
/// <remarks>
/// A model is any chain of transformers that reads a Text column of residues and gives a column <c>Score</c> with the probability of
/// each class and slot names: pipelines of this library, saved ones, exported ones (ONNX) and those of ML.NET's own multiclass trainers.
/// </remarks>
public static class ProteinExplanationCatalog
{
    /// <summary>Says which residues of a protein a prediction rests on.</summary>
    /// <param name="model">A model as fitted or loaded.</param>
    /// <param name="context">An ML.NET context.</param>
    /// <param name="sequence">The residues, in one-letter code of either case.</param>
    /// <param name="options">Method, class; null for the defaults.</param>
    /// <returns>Prediction, importance of each residue, and what rules find in the sequence.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model does not read sequences alone, gives no named scores, or an option is out of its range.</exception>
    /// <exception cref="ArgumentException">The class to explain is none of the model's.</exception>
    /// <exception cref="InvalidDataException">The sequence is empty or has a character that is not a residue letter.</exception>
    /// <exception cref="NotSupportedException">The model does not offer the method.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ProteinExplanation Explain(this ITransformer model, MLContext context, string sequence, ExplanationOptions? options = null) =>
        MakeExplainer(model, context, options).Explain([("", ExplainedModel.Clean(sequence))]).Single();

    /// <summary>Says, protein by protein, which residues the predictions rest on.</summary>
    /// <param name="model">A model as fitted or loaded.</param>
    /// <param name="context">An ML.NET context.</param>
    /// <param name="proteins">Rows with a Text column Sequence and, where they have identifiers, a Text column Id.</param>
    /// <param name="options">Method, class; null for the defaults.</param>
    /// <returns>An explanation for every row, in order, made when it is asked for; memory does not grow with their number.</returns>
    /// <inheritdoc cref="Explain(ITransformer, MLContext, string, ExplanationOptions?)" path="/exception"/>
    public static IEnumerable<ProteinExplanation> Explain(this ITransformer model, MLContext context, IDataView proteins, ExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(proteins);
        proteins.Schema.Require(ColumnNames.Sequence);
        return MakeExplainer(model, context, options).Explain(Read(proteins));
    }

    /// <summary>Finds the substitutions of one residue that move the prediction for a protein most.</summary>
    /// <param name="model">A model as fitted or loaded.</param>
    /// <param name="context">An ML.NET context.</param>
    /// <param name="sequence">The residues of the wild type.</param>
    /// <param name="options">Positions, how many to keep; null for the defaults.</param>
    /// <exception cref="ArgumentException">A position is none of the sequence's.</exception>
    /// <inheritdoc cref="Explain(ITransformer, MLContext, string, ExplanationOptions?)" path="/exception"/>
    public static SubstitutionScan ScanSubstitutions(this ITransformer model, MLContext context, string sequence, SubstitutionScanOptions? options = null)
    {
        options = (options ?? new SubstitutionScanOptions()).Validate();
        return new SubstitutionScanner(new ExplainedModel(context, model), options).Scan(ExplainedModel.Clean(sequence));
    }

    /// <summary>Compares the predictions for two sequences.</summary>
    /// <param name="model">A model as fitted or loaded.</param>
    /// <param name="context">An ML.NET context.</param>
    /// <param name="wildType">The residues of the wild type.</param>
    /// <param name="mutant">Those of the mutant, as many or not.</param>
    /// <inheritdoc cref="Explain(ITransformer, MLContext, string, ExplanationOptions?)" path="/exception"/>
    public static VariantComparison CompareVariants(this ITransformer model, MLContext context, string wildType, string mutant)
    {
        string[] both = [ExplainedModel.Clean(wildType), ExplainedModel.Clean(mutant)];
        ProteinPrediction[] predictions = new ExplainedModel(context, model).Predict(both, CancellationToken.None);
        return new VariantComparison(both[0], both[1], predictions[0], predictions[1]);
    }

    /// <summary>Compares the prediction for a protein with that for a mutant of it.</summary>
    /// <param name="model">A model as fitted or loaded.</param>
    /// <param name="context">An ML.NET context.</param>
    /// <param name="wildType">The residues of the wild type.</param>
    /// <param name="substitutions">What the mutant differs in; see <see cref="Substitution.Parse"/>.</param>
    /// <exception cref="ArgumentException">The wild type does not have the residue that a substitution replaces.</exception>
    /// <inheritdoc cref="Explain(ITransformer, MLContext, string, ExplanationOptions?)" path="/exception"/>
    public static VariantComparison CompareVariants(
        this ITransformer model, MLContext context, string wildType, IReadOnlyList<Substitution> substitutions)
    {
        ArgumentNullException.ThrowIfNull(substitutions);
        string clean = ExplainedModel.Clean(wildType);
        return model.CompareVariants(context, clean, substitutions.Aggregate(clean, (sequence, substitution) => substitution.Apply(sequence)));
    }

    private static Explainer MakeExplainer(ITransformer model, MLContext context, ExplanationOptions? options)
    {
        options = (options ?? new ExplanationOptions()).Validate();
        return new Explainer(new ExplainedModel(context, model), options);
    }

    private static IEnumerable<(string Id, string Sequence)> Read(IDataView proteins)
    {
        DataViewSchema.Column sequence = proteins.Schema[ColumnNames.Sequence];
        DataViewSchema.Column? id = proteins.Schema.GetColumnOrNull(ColumnNames.Id);
        using DataViewRowCursor cursor = proteins.GetRowCursor(id is { } named ? [sequence, named] : [sequence]);
        ValueGetter<ReadOnlyMemory<char>> readSequence = cursor.GetGetter<ReadOnlyMemory<char>>(sequence);
        ValueGetter<ReadOnlyMemory<char>>? readId = id is { } column ? cursor.GetGetter<ReadOnlyMemory<char>>(column) : null;
        ReadOnlyMemory<char> residues = default, name = default;
        while (cursor.MoveNext())
        {
            readSequence(ref residues);
            readId?.Invoke(ref name);
            yield return (name.ToString(), ExplainedModel.Clean(residues.ToString()));
        }
    }
}
