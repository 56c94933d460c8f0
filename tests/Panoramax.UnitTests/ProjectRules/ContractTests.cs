using System.Text.RegularExpressions;

namespace Panoramax.UnitTests.ProjectRules;

/// <summary>
/// Each numbered point of the API's contract and each fault that was reported of such servers is held by at least one test, which
/// says so: <c>[Property("Contract", "read.md 23.14")]</c>. Look for a number to find the tests that hold it.
/// </summary>
internal sealed partial class ContractTests
{
    /// <summary>Of the list of reported faults: the rows that concern a server.</summary>
    private static readonly int[] faults =
    [
        1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 16, 17, 19, 20, 22, 24, 25, 28, 30, 31, 33, 34, 35, 37, 38, 40, 42, 43, 45, 46, 49, 50, 51, 52, 53, 54, 55, 58, 59, 64, 65, 66,
    ];

    private static IEnumerable<string> Points() =>
    [
        .. Enumerable.Range(1, 59).Select(number => $"read.md 23.{number}"),
        .. Enumerable.Range(1, 50).Select(number => $"write.md B.{number}"),
        .. faults.Select(number => $"known-faults {number}"),
    ];

    [Test]
    public void Every_point_of_the_contract_is_held_by_a_test_that_names_it()
    {
        var held = ProjectFile.FilesNamed("*Tests.cs").Concat(ProjectFile.FilesNamed("*Conversation.cs"))
            .SelectMany(path => ContractProperty().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

        Assert.That(Points().Where(point => !held.Contains(point)), Is.Empty);
    }

    [GeneratedRegex(@"\[Property\(""Contract"", ""([^""]+)""\)\]")]
    private static partial Regex ContractProperty();
}
