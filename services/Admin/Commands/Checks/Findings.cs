namespace Panoramax.Admin.Commands.Checks;

/// <summary>What was found about one dependency.</summary>
/// <param name="About">The dependency: <c>database</c>, <c>broker</c>, …</param>
/// <param name="What">What was seen. Never a secret.</param>
/// <param name="Mend">What the operator does about it; null: nothing is wrong.</param>
internal sealed record Finding(string About, string What, string? Mend)
{
    public override string ToString() => Mend is null ? $"ok    {About}: {What}" : $"MEND  {About}: {What} -> {Mend}";
}

/// <summary>Gathers what the checks find, in the order of the checks.</summary>
internal sealed class Findings
{
    private readonly List<Finding> found = [];

    public IReadOnlyList<Finding> All => found;

    public void Good(string about, string what) => found.Add(new Finding(about, what, null));

    public void ToMend(string about, string what, string mend) => found.Add(new Finding(about, what, mend));
}
