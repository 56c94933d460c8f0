using System.Globalization;

namespace Panoramax.Testing.Pictures;

/// <summary>One row of an <c>expected.csv</c>: what the server must answer for a picture. The own set and the shared set have the same columns.</summary>
public sealed record ExpectedPicture
{
    private readonly IReadOnlyDictionary<string, string> columns;

    private ExpectedPicture(string folder, IReadOnlyDictionary<string, string> columns)
    {
        this.columns = columns;
        Path = System.IO.Path.Combine(folder, File);
    }

    /// <summary>Path below the set's folder, such as <c>odd/no_gps.jpg</c>.</summary>
    public string File => columns["file"];

    /// <summary>Folder that is sent as one upload set.</summary>
    public string Set => columns["set"];

    /// <summary>Where the file lies.</summary>
    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(File);

    /// <summary><c>accepted</c>, <c>rejected</c>, or <c>either</c>: both answers are right.</summary>
    public string Status => columns["status"];

    /// <summary>HTTP status of the upload.</summary>
    public int Http => Int("http") ?? 202;

    /// <summary>Reason of a rejection.</summary>
    public string Rejection => columns["rejection"];

    public IReadOnlyList<string> MissingFields =>
        columns["missing_fields"].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Pixels as shown, after turning.</summary>
    public int? DisplayWidth => Int("display_width");

    public int? DisplayHeight => Int("display_height");

    public double? Latitude => Number("lat");

    public double? Longitude => Number("lon");

    public DateTimeOffset? Timestamp => columns["ts_utc"].Length == 0
        ? null
        : DateTimeOffset.Parse(columns["ts_utc"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Degrees read from the file; null when it says none.</summary>
    public int? Heading => Int("heading");

    public string Type => columns["type"];

    /// <summary>Number of the sequence, from 1, when exactly this folder is one set.</summary>
    public int? Sequence => Int("sequence");

    /// <summary>Name of the file that this one is a capture duplicate of.</summary>
    public string DuplicateOf => columns["duplicate_of"];

    public int? HeadingAfterDispatch => Int("heading_after_dispatch");

    public byte[] Bytes() => System.IO.File.ReadAllBytes(Path);

    public override string ToString() => File;

    /// <summary>Reads a set's table.</summary>
    public static IReadOnlyList<ExpectedPicture> Load(string folder)
    {
        var lines = System.IO.File.ReadAllLines(System.IO.Path.Combine(folder, "expected.csv"));
        var names = Cells(lines[0]);
        return [.. lines.Skip(1).Where(line => line.Length > 0).Select(line => new ExpectedPicture(folder,
            names.Zip(Cells(line)).ToDictionary(pair => pair.First, pair => pair.Second)))];
    }

    private int? Int(string column) => Number(column) is { } value ? (int)value : null;

    private double? Number(string column) =>
        double.TryParse(columns[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>RFC 4180, without line breaks in cells.</summary>
    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '"' when quoted && i + 1 < line.Length && line[i + 1] == '"':
                    cell.Append('"');
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    cells.Add(cell.ToString());
                    cell.Clear();
                    break;
                default:
                    cell.Append(line[i]);
                    break;
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
