using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Subloc.MLNet.Reports.Html;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Tests.Html;

public sealed partial class HtmlReportTests
{
    private static readonly string _page = SampleReports.Full().ToHtml();

    [Fact]
    public void Page_NeedsNoNetworkAndNoOtherFile()
    {
        Assert.DoesNotContain("http:", _page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https:", _page, StringComparison.Ordinal);
        Assert.All(Sources().Matches(_page), source => Assert.StartsWith("data:image/svg+xml;base64,", source.Groups[1].Value, StringComparison.Ordinal));
        Assert.DoesNotContain("<link", _page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", _page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_Policy_AllowsItsOwnScriptAndStyleOnly()
    {
        string script = _page[(_page.LastIndexOf("<script>", StringComparison.Ordinal) + 8).._page.LastIndexOf("</script>", StringComparison.Ordinal)];
        string style = _page[(_page.IndexOf("<style>", StringComparison.Ordinal) + 7).._page.IndexOf("</style>", StringComparison.Ordinal)];

        Assert.Contains($"default-src &#39;none&#39;; script-src &#39;{Digest(script)}&#39;; style-src &#39;{Digest(style)}&#39;; img-src data:;", _page, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", _page, StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_HostileText_IsEncoded()
    {
        Assert.Equal(2, ScriptTags().Count(_page));
        Assert.DoesNotContain("window.wasRun = true</script>", _page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"onload=\"", _page, StringComparison.Ordinal);
        Assert.Contains("&quot;onload=&quot;", _page, StringComparison.Ordinal);
        Assert.Contains("\\u003C/script\\u003E\\u003Cscript\\u003E", _page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OfClassOffsets_SaysWhatIsAdded()
    {
        JsonObject json = SampleReports.CrossValidation();
        string without = Page(json);
        json["calibration"]!["classOffsets"] = new JsonArray([.. Samples.Classes.Select((_, index) => (JsonNode)(index == 4 ? 0.75 : index == 7 ? -0.2 : 0))]);

        Assert.DoesNotContain("is added to each logit", without, StringComparison.Ordinal);
        Assert.Contains(
            "in the results above each fold&#39;s were fitted on the other folds. Those of all folds: Cell membrane 0, Cytoplasm 0, Endoplasmic reticulum 0, Extracellular 0, "
                + "Golgi apparatus +0.8, Lysosome/Vacuole 0, Mitochondrion 0, Nucleus -0.2, Peroxisome 0, Plastid 0.",
            Page(json), StringComparison.Ordinal);

        static string Page(JsonObject json) => new HtmlReport { Result = ResultFile.Parse(json.ToJsonString(), "r.json") }.ToHtml();
    }

    [Fact]
    public void Page_OfManyProteins_ListsTheFirstAndSaysSo()
    {
        string page = new HtmlReport { Result = SampleReports.Full(5).Result, Proteins = SampleReports.Proteins(50_010, hasLabels: false) }.ToHtml();

        Assert.Contains("The first 50000 of 50010 proteins; the CSV file holds all.", page, StringComparison.Ordinal);
        Assert.Contains("[\"Q49999\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("[\"Q50000\"", page, StringComparison.Ordinal);
    }

    private static string Digest(string content) => ("sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))).Replace("'", "&#39;", StringComparison.Ordinal);

    [GeneratedRegex(" src=\"([^\"]*)\"")]
    private static partial Regex Sources();

    [GeneratedRegex("<script[ >]", RegexOptions.IgnoreCase)]
    private static partial Regex ScriptTags();
}
