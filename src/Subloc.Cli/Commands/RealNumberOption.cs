using System.CommandLine;
using System.Globalization;

namespace Subloc.Cli.Commands;

/// <summary>An option that takes a number in some range; null when it is not given.</summary>
internal sealed class RealNumberOption : Option<double?>
{
    public RealNumberOption(string name, Func<double, bool> accepts, string range, string description)
        : base(name)
    {
        Description = description;
        HelpName = "X";
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && accepts(value))
                return value;

            result.AddError($"{name} must be a number {range}, but is '{text}'.");
            return null;
        };
    }
}
