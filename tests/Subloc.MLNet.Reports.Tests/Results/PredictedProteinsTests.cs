using System.Text;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Tests.Results;

public sealed class PredictedProteinsTests
{
    [Fact]
    public void Read_OfACrossValidation_GivesLabelsAndFolds()
    {
        PredictedProteins proteins = Read("id,label,fold,predicted,probability,a,b\n\"x,\"\"y\",b,partition 1,a,0.75,0.75,0.25\n");

        Assert.True(proteins.HasLabels);
        Assert.Equal(["a", "b"], proteins.ClassNames);
        PredictedProtein protein = Assert.Single(proteins.Rows);
        Assert.Equal(("x,\"y", "b", "partition 1", "a", 0.75f), (protein.Id, protein.Label, protein.Fold, protein.Predicted, protein.Probability));
        Assert.Equal([0.75f, 0.25f], protein.Probabilities);
    }

    [Fact]
    public void Read_OfAPredictionWithThreeNamed_TellsThemFromCompartments()
    {
        PredictedProteins proteins = Read("id,predicted,probability,second,second_probability,third,third_probability,a,b,c\nx,a,0.6,b,0.3,c,0.1,0.6,0.3,0.1\n");

        Assert.False(proteins.HasLabels);
        Assert.Equal(["a", "b", "c"], proteins.ClassNames);
        Assert.Null(proteins.Rows[0].Label);
    }

    [Theory]
    [InlineData("accession,sequence,label\nx,MKK,a\n", "p.csv: the columns must begin with id, predicted and probability, as 'subloc predict' writes them, but begin with accession, sequence, label.")]
    [InlineData("id,predicted,probability,a\nx,a,1,1\ny,a,1\n", "p.csv, line 3: the row has 3 fields, expected 4.")]
    [InlineData("id,predicted,probability,a\nx,a,1,much\n", "p.csv, line 2: 'much' must be a probability from 0 to 1.")]
    [InlineData("id,predicted,probability,a\nx,a,NaN,1\n", "p.csv, line 2: 'NaN' must be a probability from 0 to 1.")]
    public void Read_OfSomethingElse_SaysWhatIsWrong(string csv, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Read(csv)).Message);

    private static PredictedProteins Read(string csv) => PredictedProteins.Read(new MemoryStream(Encoding.UTF8.GetBytes(csv)), "p.csv");
}
