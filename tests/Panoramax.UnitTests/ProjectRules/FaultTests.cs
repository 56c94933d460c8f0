using System.Text.RegularExpressions;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.ProjectRules;

/// <summary>
/// What may break, line by line: each has at least one test that carries its words as the property <c>Fault</c>, so that a
/// reader finds the test from the line and nobody removes the last one unnoticed.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class FaultTests
{
    private static readonly string[] lines =
    [
        "object store down during upload",
        "upload dies after PUT, before commit",
        "upload dies after commit, before publishing",
        "answer lost, client sends the same file again",
        "two copies of one file at the same moment",
        "broker down",
        "broker loses a queue",
        "message delivered twice",
        "message of an old revision",
        "worker killed in the middle",
        "worker told to stop (deploy)",
        "same picture kills the worker every time",
        "blur service, store or database unreachable for a worker",
        "blur service answers with an error",
        "JPEG header fine, pixels corrupt",
        "picture larger than Imaging:MaxPixels",
        "database down while finishing",
        "picture deleted while being prepared",
        "bytes of a deleted picture sent again",
        "prepare message after deletion",
        "file added after completion",
        "two dispatches of one set",
        "SequenceChanged before the sequence exists",
        "crash after commit, before deleting the original",
        "database restored from a backup",
        "clock jumps",
        "gateway restarted during an upload",
    ];

    [TestCaseSource(nameof(lines))]
    public void Each_fault_has_a_test_of_its_name(string line) => Assert.That(Marked.Select(found => found.Line), Does.Contain(line));

    [Test]
    public void Nothing_is_marked_with_a_fault_that_is_no_line() =>
        Assert.That(Marked.Where(found => !lines.Contains(found.Line)), Is.Empty);

    private static IReadOnlyList<(string Line, string File)> Marked { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(SharedPictures.RepositoryRoot, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file => Fault().Matches(File.ReadAllText(file)).Select(match => (match.Groups[1].Value, Path.GetFileName(file)))),
    ];

    [GeneratedRegex("""Property\("Fault", "([^"]+)"\)""")]
    private static partial Regex Fault();
}
