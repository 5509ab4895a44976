namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Targets that spread over several classes: a share of each class for every row, summing to 1.</summary>
internal sealed class SoftLabels(int classes)
{
    private readonly List<float[]> _rows = [];

    /// <summary>Number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>The shares of a row.</summary>
    public ReadOnlySpan<float> this[int row] => _rows[row];

    /// <summary>Adds a row of counts or probabilities, divided by their sum.</summary>
    /// <returns>The class with the largest share, the first one of equals.</returns>
    /// <exception cref="InvalidDataException">A value is negative or not finite, or all are zero.</exception>
    public int Add(ReadOnlySpan<float> values, string column)
    {
        double sum = 0;
        for (int k = 0; k < classes; k++)
        {
            if (!(values[k] >= 0 && float.IsFinite(values[k])))
                throw new InvalidDataException($"Row {Count} of '{column}' has the value {values[k]} for class {k + 1}; soft labels must be counts or probabilities of 0 or above.");
            sum += values[k];
        }

        if (sum == 0)
            throw new InvalidDataException($"Row {Count} of '{column}' is zero for every class; give it a class or leave the row out.");

        var shares = new float[classes];
        int largest = 0;
        for (int k = 0; k < classes; k++)
        {
            shares[k] = (float)(values[k] / sum);
            if (shares[k] > shares[largest])
                largest = k;
        }

        _rows.Add(shares);
        return largest;
    }
}
