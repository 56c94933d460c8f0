namespace Panoramax.Database.Mapping;

/// <summary>CHECK constraints for text enums.</summary>
internal static class Checks
{
    public static string Visibility(string column) => OneOf(column, Domain.Pictures.Visibility.All);

    public static string OneOf(string column, IEnumerable<string> values) =>
        $"{column} IN ({string.Join(", ", values.Select(value => $"'{value}'"))})";
}
