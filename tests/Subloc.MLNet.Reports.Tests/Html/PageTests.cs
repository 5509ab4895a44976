using System.Text.Json.Nodes;

namespace Subloc.MLNet.Reports.Tests.Html;

/// <summary>The page in a browser.</summary>
public sealed class PageTests : IDisposable
{
    // Pictures without anything in them are white.
    private const string CountColours =
        """
        return [...document.images].map(image => {
            const canvas = Object.assign(document.createElement('canvas'), { width: 450, height: 300 }), context = canvas.getContext('2d');
            context.drawImage(image, 0, 0, 450, 300);
            return new Set(new Uint32Array(context.getImageData(0, 0, 450, 300).data.buffer)).size;
        });
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("subloc-report-").FullName;

    [BrowserFact]
    public void Page_OnADesktop_ShowsSortsAndFiltersWithoutAnError()
    {
        using Browser browser = OpenFull(1200, isPhone: false);

        // Pictures.
        JsonArray images = browser.Run("return [...document.images].map(image => [image.complete, image.naturalWidth, image.getBoundingClientRect().width, image.alt])")!.AsArray();
        Assert.Equal(8, images.Count);
        Assert.All(images, image => Assert.True((bool)image![0]! && (int)image[1]! == 900 && (double)image[2]! > 800 && ((string)image[3]!).Length > 20));

        Assert.All(browser.Run(CountColours)!.AsArray(), colours => Assert.True((int)colours! > 20, $"A picture shows {colours} colours."));

        // Tables filter.
        Assert.Equal(10, (int)browser.Run("const rows = [...document.querySelectorAll('#tables table')][0].tBodies[0].rows; return [...rows].filter(row => row.checkVisibility()).length")!);
        Assert.Equal(["Mitochondrion"], Strings(browser.Run(
            """
            const box = document.querySelector('#tables input');
            box.value = 'mitoch';
            box.dispatchEvent(new Event('input'));
            return [...document.querySelectorAll('#tables table')[0].tBodies[0].rows].filter(row => row.checkVisibility()).map(row => row.cells[0].textContent);
            """)));

        // And sort, numbers as numbers.
        Assert.Equal(["155", "302", "341", "744", "865", "1230", "1510", "1705", "2890", "4120"], Strings(browser.Run(
            """
            const table = document.querySelectorAll('#tables table')[0];
            table.querySelectorAll('th button')[1].click();
            return [...table.tBodies[0].rows].map(row => row.cells[1].textContent);
            """)));

        // Proteins: pages, filter, wrong ones only.
        Assert.Equal("500 of 500 proteins, page 1 of 10", Count(browser));
        Filter(browser, "#protein-table input[type=search]", "Q0012");
        Assert.Equal("10 of 500 proteins", Count(browser));
        Filter(browser, "#protein-table input[type=search]", "");
        Assert.InRange((int)browser.Run("document.querySelectorAll('#protein-table input[type=checkbox]')[0].click(); return [...document.querySelectorAll('#protein-table tbody tr')].filter(row => row.cells[1].textContent !== row.cells[2].textContent).length")!, 50, 50);

        // Importance on click.
        browser.Run("document.querySelectorAll('#protein-table input[type=checkbox]')[0].click()");
        Filter(browser, "#protein-table input[type=search]", "P12345");
        browser.Run("document.querySelector('.protein-name').click(); document.querySelector('.protein-name').scrollIntoView()");
        Assert.Equal(320, (int)browser.Run("return document.querySelectorAll('.strip rect').length")!);
        Assert.Equal("MKRLLLLAVL", (string?)browser.Run("return [...document.querySelectorAll('.residues span')].slice(0, 10).map(span => span.textContent).join('')"));
        Assert.Matches(@"^rgba\(0, 114, 178, 0\.\d+\)$", (string?)browser.Run("return document.querySelectorAll('.residues span')[13].style.backgroundColor"));
        Keep(browser, "desktop-importance");
        CheckQuiet(browser);
    }

    [BrowserFact]
    public void Page_OnAPhone_NeverScrollsSideways()
    {
        using Browser browser = OpenFull(390, isPhone: true);

        browser.Run("document.querySelectorAll('.protein-name').forEach(button => button.click())");

        Assert.Equal(390, (int)browser.Run("return document.documentElement.clientWidth")!);
        Assert.Equal(390, (int)browser.Run("return document.documentElement.scrollWidth")!);
        Assert.True((bool)browser.Run("return [...document.querySelectorAll('.details')].every(details => details.getBoundingClientRect().width <= 390)")!);
        Assert.All(browser.Run("return [...document.images].map(image => image.getBoundingClientRect().width)")!.AsArray(), width => Assert.InRange((double)width!, 300, 390));
        foreach (string part in (string[])["summary", "pictures", "tables", "proteins", "card"])
        {
            browser.Run($"document.getElementById('{part}').scrollIntoView()");
            Keep(browser, $"phone-{part}");
        }

        CheckQuiet(browser);
    }

    [BrowserFact]
    public void Page_TextFromFiles_NeverRuns()
    {
        using Browser browser = OpenFull(1200, isPhone: false);

        browser.Run("document.querySelectorAll('.protein-name').forEach(button => button.click())");

        Assert.Equal(SampleReports.Script, ((string?)browser.Run("return document.querySelectorAll('.protein-name')[0].textContent"))!.TrimEnd(' ', '●'));
        Assert.Equal(SampleReports.Attribute, ((string?)browser.Run("return document.querySelectorAll('.protein-name')[1].textContent"))!.TrimEnd(' ', '●'));
        Assert.Equal(SampleReports.EndOfBlock, ((string?)browser.Run("return document.querySelectorAll('.protein-name')[2].textContent"))!.TrimEnd(' ', '●'));
        Assert.Equal(2, (int)browser.Run("return document.scripts.length")!);
        Assert.Equal(0, (int)browser.Run("return document.querySelectorAll('[onload]').length")!);
        Assert.Null(browser.Run("return window.wasRun ?? null"));
        CheckQuiet(browser);

        // What encoding let through would meet the policy.
        browser.Run("const script = document.createElement('script'); script.textContent = 'window.wasRun = true'; document.body.append(script)");
        Assert.Null(browser.Run("return window.wasRun ?? null"));
        Assert.Contains(browser.Console, line => line.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [BrowserFact]
    public void Page_OfAPrediction_ShowsItsProteins()
    {
        using var browser = new Browser(1000, isPhone: false);
        browser.Open(Write(new MLNet.Reports.Html.HtmlReport
        {
            Result = MLNet.Reports.Results.ResultFile.Parse(SampleReports.Prediction().ToJsonString(), "p.json"),
            Proteins = SampleReports.Proteins(3, hasLabels: false),
        }));

        Assert.Equal("3 of 3 proteins", Count(browser));
        Assert.Equal(["protein", "predicted", "probability"], Strings(browser.Run("return [...document.querySelectorAll('#protein-table th')].map(head => head.textContent)")));
        Keep(browser, "prediction");
        CheckQuiet(browser);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void CheckQuiet(Browser browser) => Assert.Empty(browser.Console);

    private static string Count(Browser browser) => (string)browser.Run("return document.querySelector('.count').textContent")!;

    private static void Filter(Browser browser, string box, string text) =>
        browser.Run($"const box = document.querySelector('{box}'); box.value = '{text}'; box.dispatchEvent(new Event('input'))");

    private static string[] Strings(JsonNode? array) => [.. array!.AsArray().Select(one => (string)one!)];

    private static void Keep(Browser browser, string name)
    {
        if (Environment.GetEnvironmentVariable("SUBLOC_PICTURES") is { Length: > 0 } folder)
            browser.TakePicture(Path.Combine(folder, $"page-{name}.png"));
    }

    private Browser OpenFull(int width, bool isPhone)
    {
        var browser = new Browser(width, isPhone);
        browser.Open(Write(SampleReports.Full()));
        return browser;
    }

    private string Write(MLNet.Reports.Html.HtmlReport report)
    {
        string path = Path.Combine(_folder, "report.html");
        File.WriteAllText(path, report.ToHtml());
        return path;
    }
}
