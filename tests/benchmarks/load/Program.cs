using System.Globalization;
using Panoramax.Load;
using Panoramax.Load.Seeding;

// Fills databases as large as a country's and measures the running system over them, beside a floor of each figure.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

return arguments.Command switch
{
    "seed" => await SeededDatabase.Seed(arguments.Pictures, Console.Out) ? 0 : 1,
    _ => await Run.All(arguments, Console.Out),
};
