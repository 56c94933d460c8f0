#!/usr/bin/env dotnet
#:property PublishAot=false
#:property Optimize=true
#:property RestorePackagesWithLockFile=false
#:property GenerateDocumentationFile=false
#:project ../../services/Libraries/Imaging/Panoramax.Imaging.csproj
#:project ../Panoramax.Testing/Panoramax.Testing.csproj
#:include street/Camera.cs
#:include street/Daylight.cs
#:include street/Ground.cs
#:include street/House.cs
#:include street/Noise.cs
#:include street/Shot.cs
#:include street/Solids.cs
#:include street/Street.cs
#:include street/StreetScene.cs
#:include street/TableRow.cs
#:include street/Vehicles.cs

// Draws the project's own set of pictures and its table anew: dotnet run tests/pictures/make.cs [folder]
// Without a folder, tests/pictures is overwritten. "README.md" there tells what each picture is for.
using System.Runtime.CompilerServices;
using Panoramax.StreetPictures;
using Panoramax.Testing.Pictures;

const int FlatQuality = 70, PanoramaQuality = 66;
var folder = args.Length > 0 ? args[0] : Here();
var summer = TimeSpan.FromHours(2);
List<TableRow> rows = [.. Walk(), .. Panoramas()];
rows.AddRange(Odd(rows[0].Content));
foreach (var row in rows)
{
    Directory.CreateDirectory(Path.Combine(folder, row.Set));
    File.WriteAllBytes(Path.Combine(folder, row.Set, row.Name), row.Content);
}

File.WriteAllLines(Path.Combine(folder, "expected.csv"), [TableRow.Header, .. rows.Select(row => row.ToString())]);
Console.WriteLine($"{rows.Count} files, {rows.Sum(row => row.Content.Length) / 1000} kB");

// A morning's walk with a halt (03 and 04) and a rest of ten minutes (between 05 and 06).
IEnumerable<TableRow> Walk()
{
    const int Repeated = 3;
    var start = new DateTimeOffset(2025, 6, 14, 10, 30, 0, 250, summer);
    (double Along, double Left, double Seconds, double? Heading, int Sequence)[] steps =
    [
        (0, -1.8, 0, 38.2, 1), (12, -1.6, 6, null, 1), (24, -2.0, 12, 36.4, 1), (24.3, -2.0, 18, 41.4, 1), (36, -1.7, 24, null, 1),
        (436, -1.8, 624, 39.3, 2), (448, -1.5, 630, null, 2), (460, -1.9, 636, 35.1, 2),
    ];
    for (var i = 0; i < steps.Length; i++)
    {
        var (along, left, seconds, heading, sequence) = steps[i];
        int? computed = null;
        if (heading is null)
        {
            // Towards the next picture that is kept; the last one of a sequence as it was come to.
            var path = steps.Where((step, index) => step.Sequence == sequence && index != Repeated).ToList();
            var from = Math.Min(path.IndexOf(steps[i]), path.Count - 2);
            computed = PathHeading(Place(path[from]), Place(path[from + 1]));
        }

        var shot = new Shot(along, left, start.AddSeconds(seconds), heading ?? computed!.Value, heading);
        yield return shot.Flat("own-walk", $"walk_{i + 1:00}.jpg", Daylight.Morning, 1024, FlatQuality) with
        {
            Sequence = sequence,
            DuplicateOf = i == Repeated ? "walk_03.jpg" : "",
            HeadingAfterDispatch = i == Repeated ? null : computed ?? (int)Math.Round(heading!.Value),
        };
    }

    static (double, double) Place((double Along, double Left, double, double?, int) step) => Street.Position(step.Along, step.Left);
}

// Early the same morning. The camera of the third one is mounted to look to the river; the second one says no heading.
IEnumerable<TableRow> Panoramas()
{
    var start = new DateTimeOffset(2025, 6, 14, 7, 12, 0, 500, summer);
    (double Along, double Left, double? Heading)[] steps = [(60, -1.8, 38), (65, -1.7, null), (70, -1.9, 128), (75, -1.8, 38)];
    for (var i = 0; i < steps.Length; i++)
    {
        var (along, left, heading) = steps[i];
        var after = heading ?? PathHeading(Street.Position(along, left), Street.Position(steps[i + 1].Along, steps[i + 1].Left));
        var shot = new Shot(along, left, start.AddSeconds(2 * i), after, heading);
        yield return shot.Panorama("own-panoramas", $"panorama_{i + 1}.jpg", Daylight.Dawn, 2048, PanoramaQuality) with { Sequence = 1, HeadingAfterDispatch = (int)after };
    }
}

IEnumerable<TableRow> Odd(byte[] walk)
{
    const string set = "own-odd";
    var noon = new DateTimeOffset(2025, 6, 14, 13, 40, 0, summer);
    TableRow Made(string name, Shot shot, Daylight? light = null) => shot.Flat(set, name, light ?? Daylight.Noon, 480, FlatQuality);
    TableRow Refused(string name, byte[] content) => new(set, name) { Content = content, Http = 400, Rejection = "invalid_file" };

    yield return Made("no-position.jpg", new Shot(100, -1.8, noon, 38) { WithoutPosition = true }) with
    {
        // Without a position there is no zone but the one that the file says.
        Http = 400, Rejection = "invalid_metadata", MissingFields = "location",
    };
    yield return Made("no-date.jpg", new Shot(112, -1.8, noon, 38) { WithoutTime = true }) with { Http = 400, Rejection = "invalid_metadata", MissingFields = "datetime" };
    yield return Made("no-exif.jpg", new Shot(124, -1.8, noon, 38) { WithoutAnyTag = true }) with { Http = 400, Rejection = "invalid_metadata", MissingFields = "datetime;location" };
    yield return Made("orientation-6.jpg", new Shot(136, -1.8, noon, 60, 60) { Orientation = 6 });
    yield return Made("south-west.jpg", new Shot(150, -1.8, new DateTimeOffset(2025, 1, 18, 20, 5, 30, 125, TimeSpan.FromHours(-3)), 70, 250.2) { Position = (-34.9058, -56.1913) }, Daylight.Evening);
    yield return Made("grey.jpg", new Shot(162, -1.8, noon.AddMinutes(1), 20, 20) { Grey = true });
    yield return Made("offset-0545.jpg", new Shot(174, -1.8, new DateTimeOffset(2025, 3, 3, 6, 7, 8, 123, new TimeSpan(5, 45, 0)).AddMicroseconds(456), 330, 330.4) { Position = (28.2096, 83.9557) }, Daylight.Dawn);
    var whole = Made("truncated.jpg", new Shot(186, -1.8, noon.AddMinutes(2), 38, 38));
    yield return whole with { Content = whole.Content[..(whole.Content.Length / 2)], Http = 0, Note = "refused; or accepted and then shown in part or ended as broken" };
    yield return Refused("empty.jpg", []);
    yield return Refused("text.jpg", "This is no picture: a text that somebody named .jpg.\n"u8.ToArray());

    // A whole picture but for the size in its frame header.
    var bomb = new TestJpeg(64, 48).WithPosition(Street.Latitude, Street.Longitude).WithCaptureTime(noon).ToBytes();
    var frame = bomb.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
    new byte[] { 65000 >> 8, 65000 & 0xFF, 65000 >> 8, 65000 & 0xFF }.CopyTo(bomb.AsSpan(frame + 5));
    yield return Refused("header-bomb.jpg", bomb) with { Size = (65000, 65000), Note = "the header says 65000 x 65000: no decoder may see it" };
    yield return rows[0] with
    {
        Set = set, Name = "copy-of-walk-01.jpg", Content = walk, Http = 409, Rejection = "file_duplicate", Sequence = null, HeadingAfterDispatch = null,
        Note = "same bytes as own-walk/walk_01.jpg",
    };
}

// Planar on degrees, cut to whole ones: what the API computes for a picture without heading.
static int PathHeading((double Latitude, double Longitude) from, (double Latitude, double Longitude) to)
{
    var azimuth = double.RadiansToDegrees(Math.Atan2(to.Longitude - from.Longitude, to.Latitude - from.Latitude));
    var heading = (azimuth + 360) % 360;
    if (heading % 1 is < 0.05 or > 0.95) throw new InvalidOperationException($"A heading of {heading} hangs on rounding: move the pictures");
    return (int)heading;
}

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
